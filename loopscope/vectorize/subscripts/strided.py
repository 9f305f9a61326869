"""Subscripts such as ``2 * p + 1``: a slice with a step."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.places import needs_index
from loopscope.vectorize.value import Value


def as_strides(base: Value, places: Sequence[Place]) -> list[Place]:
    """Return the subscripts with slices for those that take every second, third, … element.

    Where index tensors are needed all the same they stay as they are.
    """
    found = [_strided(p) for p in places]
    return list(places) if needs_index(base, found) else found


def residue(place: Place) -> tuple[int, int] | None:
    """Return scale and remainder of ``scale * i + c``, whatever ``i`` is."""
    scaled = place.index.scaled if place.index is not None else None
    number = code.integer(scaled[1]) if scaled is not None else None
    if scaled is None or number is None or number < 2 or scaled[2].terms or scaled[0].step != 1:
        return None
    return number, scaled[2].constant % number


def strided_slice(lifter: Lifter, place: Place, size: int | None, base: str, dim: int) -> ast.expr:
    """Return the slice; its end is left out where it goes to the end of the dimension.

    Args:
        lifter: Where what is assumed is noted.
        place: The subscript.
        size: Size of the dimension as observed.
        base: Source text of the tensor, to say what was assumed.
        dim: Which dimension of it.
    """
    assert place.counter is not None
    axis, offset, every = place.counter.axis, place.counter.offset, place.every
    step = code.const(every)
    low = _times(axis.start, every) + offset
    lower = None if low.is_zero else low.code()
    if axis.start.is_zero and axis.length is not None and size == every * axis.length:
        count = code.binary(step, ast.Mult(), axis.size)
        lifter.assume(f"{base}.shape[{dim}] == {code.text(count)}")
        return ast.Slice(lower=lower, upper=None, step=step)
    upper = _times(axis.stop, every) + offset + Linear((), 1 - every)
    return ast.Slice(lower=lower, upper=upper.code(), step=step)


def _times(number: Linear, factor: int) -> Linear:
    return Linear(tuple((t, factor * c) for t, c in number.terms), factor * number.constant)


def _strided(place: Place) -> Place:
    if place.index is None or place.index.scaled is None or residue(place) is None:
        return place
    axis, scale, offset = place.index.scaled
    if not 0 <= offset.constant < (code.integer(scale) or 0):
        return place
    return replace(
        place, index=None, counter=Counter(axis, offset), every=code.integer(scale) or 1
    )
