"""What an expression of a loop was seen to be while the loop ran."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

SeenKind = Literal["tensor", "array", "number", "list", "none", "other"]


@dataclass(frozen=True, slots=True)
class Seen:
    """Type and shape of one expression over all its visits.

    Attributes:
        dtype: ``float32``; for a Python number ``int``, ``float`` or ``bool``.
        shape: One entry a dimension, ``None`` where the sizes differed; of a list its length.
        mixed: Kind, dtype or rank differed between visits: nothing else can be relied on.
        uneven: Tensors of which nothing differed but the number of dimensions: they are ``mixed``.
        value: The number, or the class name of anything else, where it never differed.
        item: What the items of a list are, all of them merged.
        requires_grad: At some visit.
    """

    kind: SeenKind
    dtype: str = ""
    shape: tuple[int | None, ...] = ()
    device: str = ""
    mixed: bool = False
    value: object = None
    item: Seen | None = None
    requires_grad: bool = False
    uneven: bool = False

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.shape)


def merge(first: Seen, second: Seen) -> Seen:
    """Return what holds of both."""
    if first == second:
        return first
    same = (first.kind, first.dtype, first.rank) == (second.kind, second.dtype, second.rank)
    if not same:
        return replace(first, mixed=True, value=None, uneven=_are_uneven(first, second))
    item = first.item and second.item and merge(first.item, second.item)
    if first.kind == "list" and item is None:
        item = first.item or second.item  # of an empty list nothing is known
    return replace(
        first,
        shape=tuple(a if a == b else None for a, b in zip(first.shape, second.shape, strict=True)),
        mixed=first.mixed or second.mixed or first.device != second.device,
        uneven=(first.uneven or second.uneven) and _are_uneven(first, second),
        value=first.value if first.value == second.value else None,
        item=item,
        requires_grad=first.requires_grad or second.requires_grad,
    )


def _are_uneven(first: Seen, second: Seen) -> bool:
    """Whether the number of dimensions is all that differs between tensors."""
    alike = (first.kind, first.dtype, first.device) == (second.kind, second.dtype, second.device)
    plain = all(not seen.mixed or seen.uneven for seen in (first, second))
    return alike and plain and first.kind == "tensor"
