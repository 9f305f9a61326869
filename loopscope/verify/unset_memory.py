"""Make memory that nobody set visible: ``torch.empty`` gives a number of our choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_UNSET = frozenset(
    [
        torch.empty,
        torch.empty_like,
        torch.empty_permuted,
        torch.empty_strided,
        torch.Tensor.new_empty,
        torch.Tensor.new_empty_strided,
    ]
)


class FillUnsetMemory(TorchFunctionMode):  # type: ignore[misc]  # untyped base
    """Fill what ``torch.empty`` and its like return. Two runs with two fills must agree.

    Args:
        fill: Below 128, so that it fits every dtype; of two, one is odd. Not-a-number is a fill of
            floating-point tensors alone.
    """

    def __init__(self, fill: float) -> None:
        super().__init__()
        self._fill = fill

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Call ``func``, and fill its result where it is unset."""
        result = func(*args, **(kwargs or {}))
        if func in _UNSET and not result.requires_grad:
            whole = 0 if self._fill != self._fill else int(self._fill)
            if result.dtype == torch.bool:  # truth values know only two fills
                result.fill_(whole % 2)
            else:
                floats = result.is_floating_point() or result.is_complex()
                result.fill_(self._fill if floats else whole)
        return result
