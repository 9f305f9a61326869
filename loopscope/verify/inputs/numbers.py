"""Tensors, arrays, numbers and lists of numbers as numpy arrays, and back."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from loopscope.verify.change import number_list

Values: TypeAlias = npt.NDArray[Any]


def values_of(leaf: object) -> Values | None:
    """Return values as bool, int64 or float64; ``None`` where a leaf holds no real numbers."""
    array: Values
    match leaf:
        case torch.Tensor():
            if leaf.is_complex() or leaf.is_quantized:
                return None
            plain = leaf.detach().cpu()
            array = (plain.double() if plain.is_floating_point() else plain).numpy()
        case list() if not number_list(leaf):
            return None
        case np.ndarray() | np.generic() | bool() | int() | float() | list():
            array = np.asarray(leaf)
        case _:
            return None
    match array.dtype.kind:
        case "b":
            return array.copy()
        case "i" | "u":
            return array.astype(np.int64)
        case "f":
            return array.astype(np.float64)
        case _:
            return None


def like(leaf: Any, values: Values) -> Any:  # noqa: ANN401 (a leaf in, a leaf of its type out)
    """Return values as what ``leaf`` is: same type, dtype and device."""
    match leaf:
        case torch.Tensor():
            # Not by `ascontiguousarray`, which gives one dimension at least.
            whole = np.asarray(values, order="C")
            return torch.from_numpy(whole).to(leaf.device, leaf.dtype)
        case np.generic():
            return type(leaf)(values.item())
        case np.ndarray():
            return values.astype(leaf.dtype)
        case list():
            return [type(leaf[0])(v) for v in values.tolist()]
        case _:
            return type(leaf)(values.item())
