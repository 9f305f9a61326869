"""Subscripts that go round: ``x[(i + 1) % n]`` is an item of ``x.roll(-1)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value


def roll_dimensions(lifter: Lifter, base: Value, places: list[Place]) -> tuple[Value, list[Place]]:
    """Return the tensor rolled, and places that take its items in order.

    Both are returned as they are where a subscript does more than to go round.
    """
    turned = [p for p in places if p.index is not None and p.index.rolled is not None]
    if not turned or base.axes or not _one_axis_each(places):
        return base, places
    rolled, taken = base.code, []
    for place in places:
        if place not in turned or place.index is None or place.index.rolled is None:
            taken.append(place)
            continue
        axis, shift = place.index.rolled
        size = base.shape[place.dim] if 0 <= place.dim < len(base.shape) else None
        counter = Counter(axis)
        try:
            whole = slice_of(lifter, counter, size, code.text(base.code), place.dim)
        except NotLiftable:
            return base, places
        if size != axis.length or not code.is_full(whole):
            return base, places
        rolled = code.method(rolled, "roll", code.const(-shift), code.const(place.dim))
        taken.append(replace(place, index=None, counter=counter))
    lifter.used_ops.append("torch.roll")
    return replace(base, code=rolled), taken


def _one_axis_each(places: Sequence[Place]) -> bool:
    """Whether every subscript moves with a loop of its own, if it moves."""
    axes: list[Axis] = []
    for place in places:
        if place.index is not None:
            if place.index.rolled is None:
                return False
            axes.append(place.index.rolled[0])
        elif place.counter is not None:
            if place.counter.also is not None or place.window is not None:
                return False
            axes.append(place.counter.axis)
        elif place.span is not None:
            return False
    return len(set(axes)) == len(axes)
