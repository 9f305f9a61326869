"""How a copy of what a loop reads may differ from the original."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


class Change:
    """How a copy differs from its original: not at all. Subclasses say otherwise.

    A leaf is a tensor, an array, a number, or a list of numbers; its path reads like the
    expression for it: ``x``, ``self.rate``, ``batch['mask']``.
    """

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return what takes the place of a leaf. A tensor may be written to: it is a copy.

        That may be a number in the place of a tensor.
        """
        return value

    def memory(self, flat: torch.Tensor) -> torch.Tensor:
        """Return what takes the place of memory that several tensors share."""
        return flat

    def picks(self, path: str, items: Sequence[object]) -> Sequence[int] | None:
        """Return which items a list or tuple is made of, or ``None`` for all as they are."""
        return None

    def keeps_gradient(self, path: str) -> bool:
        """Return whether a tensor has its gradient still."""
        return True


def root_of(path: str) -> str:
    """Return the name that a path begins with."""
    return path.partition(".")[0].partition("[")[0]


def number_list(value: object) -> bool:
    """Whether a list is one leaf: nothing but integers, or nothing but floats."""
    if type(value) is not list or not value:
        return False
    kinds = set(map(type, value))
    return kinds == {int} or kinds == {float}
