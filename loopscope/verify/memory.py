"""How much memory a rewrite would ask for at once, told from two small inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_PART_OF_FREE = 0.25


class LargestTensor(TorchFunctionMode):  # type: ignore[misc]  # untyped base
    """Remember the size of the largest tensor that a call gave, in bytes.

    Not a ``TorchDispatchMode``, which would see more: the first one imports the compiler.
    """

    def __init__(self) -> None:
        super().__init__()
        self.nbytes = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Call ``func`` and look at what it gives."""
        result = func(*args, **(kwargs or {}))
        for value in result if isinstance(result, list | tuple) else (result,):
            if isinstance(value, torch.Tensor):
                self.nbytes = max(self.nbytes, value.numel() * value.element_size())
        return result


def extrapolate(small: tuple[int, int], larger: tuple[int, int], size: int) -> int:
    """Return the bytes to expect at a size, from two (size, bytes); growth is a power of it."""
    (size_1, bytes_1), (size_2, bytes_2) = small, larger
    if not bytes_1 or bytes_2 <= bytes_1 or size_2 <= size_1:
        return bytes_2
    power = min(round(math.log(bytes_2 / bytes_1) / math.log(size_2 / size_1), 1), 3.0)
    return int(bytes_2 * (size / size_2) ** power)


def fits(nbytes: int) -> bool:
    """Whether a tensor of so many bytes leaves enough memory free."""
    return nbytes < _PART_OF_FREE * _free_bytes()


def _free_bytes() -> float:
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        return float(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):  # macOS and Windows do not say it this way
        return 4e9
