"""Inputs with the same values that lie differently in memory, or have another dtype."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import Change

_FLOAT32_EPS = torch.finfo(torch.float32).eps
_WIDER = {torch.complex64: torch.complex128, torch.complex32: torch.complex128}


class NotContiguous(Change):
    """Lay tensors out with gaps, or transposed."""

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return an equal tensor that is not contiguous."""
        if not isinstance(value, torch.Tensor) or value.numel() < 2:
            return value
        if value.ndim > 1:
            return value.mT.contiguous().mT
        spread = value.new_zeros(2 * len(value))
        spread[::2] = value
        return spread[::2]


class InFloat64(Change):
    """Give everything of lower precision the precision of float64."""

    def memory(self, flat: torch.Tensor) -> torch.Tensor:
        """Return memory as float64."""
        if flat.is_floating_point():
            return flat.double()
        return flat.to(_WIDER.get(flat.dtype, flat.dtype))

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return an array as float64; tensors are converted with their memory."""
        if isinstance(value, np.ndarray | np.generic):
            if value.dtype.kind == "f":
                return value.astype(np.float64)
            if value.dtype.kind == "c":
                return value.astype(np.complex128)
        return value


class AlsoInFloat64(InFloat64):
    """Give what another change makes the precision of float64.

    Args:
        first: The other change.
    """

    def __init__(self, first: Change) -> None:
        self._first = first

    def memory(self, flat: torch.Tensor) -> torch.Tensor:
        """Return memory as float64, changed."""
        return self._first.memory(super().memory(flat))

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return what the other change makes of a leaf in float64."""
        return self._first.leaf(path, super().leaf(path, value))

    def picks(self, path: str, items: Sequence[object]) -> Sequence[int] | None:
        """Return which items the other change takes."""
        return self._first.picks(path, items)


class OneInFloat64(Change):
    """Give one tensor the precision of float64, and leave all others.

    Args:
        path: The tensor.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return the one tensor as float64."""
        return value.double() if path == self._path else value


class Shaken(InFloat64):
    """In float64, with every value off by about what float32 rounds it by.

    Args:
        seed: Draws are the same for the same seed.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return values that are slightly off."""
        wide = super().leaf(path, value)
        if isinstance(wide, torch.Tensor) and wide.is_floating_point():
            off = 1 + _FLOAT32_EPS * self._rng.uniform(-1, 1, tuple(wide.shape))
            return wide * torch.as_tensor(off, dtype=wide.dtype, device=wide.device)
        if isinstance(wide, np.ndarray) and wide.dtype.kind == "f":
            return wide * (1 + _FLOAT32_EPS * self._rng.uniform(-1, 1, wide.shape))
        return wide
