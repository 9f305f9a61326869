"""Crops of one size that begin anywhere: windows of the tensor, picked by where they begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import Value


def as_windows(
    lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen | None
) -> tuple[Value, list[Place]]:
    """``x.unfold(1, w, 1)[:, t]`` for ``x[:, t:t + w]``, where the crops are the last dimensions.

    Not where gradients flow: those of all windows, as they overlap, would be made.
    """
    crops = [place for place in places if place.crop is not None]
    if not crops or seen is None or seen.requires_grad:
        return base, list(places)
    last = places[places.index(crops[0]) :]
    deep = any(p.index is not None and p.index.rank and p.crop is None for p in places)
    if deep or any(p.crop is None and p.keeps for p in last) or last[-1].dim + 1 < base.rank:
        return base, list(places)
    made, shape, found = base.code, list(base.shape), list(places)
    for place in crops:
        assert place.crop is not None
        begin, width = place.crop
        dim = code.const(place.dim + len(base.axes))
        made = code.method(made, "unfold", dim, width, code.const(1))
        shape[place.dim : place.dim + 1] = [None] if shape else []
        found[found.index(place)] = replace(place, index=begin, crops=False, crop=None)
    lifter.used_ops.append("Tensor.unfold")
    shape += [None] * len(crops)
    rank = base.rank + len(crops)
    return replace(base, code=made, rank=rank, shape=tuple(shape), fill=None), found
