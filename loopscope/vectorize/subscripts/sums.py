"""Subscripts that are the sum of two loops' counters: ``x[i + j]`` reads all windows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.named_sizes import size_of
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.span_masks import sized
from loopscope.vectorize.subscripts.beyond import observed
from loopscope.vectorize.subscripts.places import needs_index
from loopscope.vectorize.value import Value


def as_sums(lifter: Lifter, base: Value, places: Sequence[Place]) -> list[Place]:
    """Return the subscripts with windows for ``i - j``: they are read backward.

    Where index tensors are needed all the same they stay as they are.
    """
    found = [_as_sum(p) for p in places]
    needed = needs_index(base, found) or any(wraps_around(lifter, p) for p in found)
    return list(places) if needed else found


def _as_sum(place: Place) -> Place:
    apart = place.index.apart if place.index is not None else None
    if place.index is None or apart is None or apart.code is not place.index.code:
        return place
    return replace(place, index=None, counter=apart.counter)


def wraps_around(lifter: Lifter, place: Place) -> bool:
    """Whether ``i + j`` is below zero at first, or may be: no window begins there."""
    if place.counter is None or place.counter.also is None:
        return False
    first = _first_of_sum(place.counter)
    number = observed(lifter, first)
    return any(count < 0 for _, count in first.terms) if number is None else number < 0


def from_first_sum(lifter: Lifter, counter: Counter) -> ast.expr:
    """The part of a dimension that begins where the smallest ``i + j`` is."""
    first = _first_of_sum(counter)
    if first.terms:
        lifter.assume(f"{code.text(first.code())} >= 0")
    return code.FULL if first.is_zero else ast.Slice(lower=first.code())


def unfold_sum(
    lifter: Lifter, made: ast.expr, position: int, counter: Counter, size: str
) -> ast.expr:
    """``x[i + j]``: all windows as long as the second loop, of ``x[i - j]`` turned around.

    Args:
        lifter: Where the op is noted.
        made: What is walked, from the first item that is read.
        position: The dimension.
        counter: The sum of two loops' counters.
        size: Source text of the size of what is walked.
    """
    first, second = counter.axis, counter.also
    assert second is not None
    lifter.used_ops += ["Tensor.unfold", "torch.nn.functional.conv1d"]
    unfolded: ast.expr = code.method(
        made, "unfold", code.const(position), second.size, code.const(1)
    )
    last = second.stop - Linear((), 1) if counter.also_sign == 1 else -second.start
    end = first.stop + last + counter.offset
    if sized(lifter, _made_as(lifter, end)) != Linear(((size, 1),)):
        front = [code.FULL] * position
        unfolded = code.subscript(unfolded, [*front, ast.Slice(upper=first.size)])
    if counter.also_sign == 1:
        return unfolded
    lifter.used_ops.append("torch.flip")
    return code.method(unfolded, "flip", code.const(-1))


def _first_of_sum(counter: Counter) -> Linear:
    assert counter.also is not None
    also = counter.also
    least = also.start if counter.also_sign == 1 else Linear((), 1) - also.stop
    return counter.axis.start + least + counter.offset


def _made_as(lifter: Lifter, size: Linear) -> Linear:
    """``len(x) - 2`` for ``len(out)``, where ``out`` was made that long."""
    total = Linear((), size.constant)
    for term, count in size.terms:
        of = size_of(ast.parse(term, mode="eval").body)
        made = lifter.initial.get(of[0]) if of is not None else None
        known = linear(made.shape[of[1]]) if made and of and of[1] < len(made.shape) else None
        one = known if known is not None else Linear(((term, 1),))
        total += Linear(tuple((t, count * c) for t, c in one.terms), count * one.constant)
    return total
