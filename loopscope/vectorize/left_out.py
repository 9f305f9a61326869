"""All of a dimension but some: ``torch.cat([x[:i], x[i + 1:]])`` holds all but ``x[i]``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.named_sizes import size_of
from loopscope.vectorize.axes import union
from loopscope.vectorize.known import Span
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.span_masks import sized
from loopscope.vectorize.spans import length_of, positions
from loopscope.vectorize.value import NotLiftable, Value, align

_MEET = "slices of differing length are joined"


def all_but(lifter: Lifter, parts: Sequence[Value], dim: int) -> Value:
    """Return what two slices leave out nothing of but what lies between them, by a mask.

    Raises:
        NotLiftable: They are no such slices of one tensor, or not joined along that dimension.
    """
    if len(parts) != 2 or any(v.mask is None or v.members or v.ragged for v in parts):
        raise NotLiftable(_MEET)
    first, second = parts
    same = code.text(first.code) == code.text(second.code) and first.axes == second.axes
    if not same or first.masked != second.masked or dim % first.rank != first.masked:
        raise NotLiftable(_MEET)
    masks = [v.mask for v in parts if v.mask is not None]
    (begin, stop), (start, end) = (m.bounds or (None, None) for m in masks)
    if begin is not None or end is not None or stop is None or start is None:
        raise NotLiftable(_MEET)
    span = masks[0].span
    if span is None:
        raise NotLiftable(_MEET)
    gap = _gap(stop, start)
    _assume_not_negative(lifter, stop)
    axes = union([stop.axes])
    bounds = (code.text(stop.code), str(gap), "left out")
    held = Span(None, span.size, bounds)
    made = _eye(lifter, stop, span.size) if gap == 1 else None
    if made is not None:
        held = Span(linear(span.size) - Linear((), 1), span.size, bounds)
    else:
        place = positions(lifter, span.size)
        edges = [align(bound, axes, 1) for bound in (stop, start)]
        if gap == 1:
            made = ast.Compare(place.code, [ast.NotEq()], edges[:1])
        else:
            made = code.binary(
                ast.Compare(place.code, [ast.Lt()], edges[:1]),
                ast.BitOr(),
                ast.Compare(place.code, [ast.GtE()], edges[1:]),
            )
    mask = Value(made, axes, 1, "tensor", "bool", (None,), span=held)
    return replace(first, mask=mask)


def _gap(stop: Value, start: Value) -> int:
    """How many are left out, at least one."""
    ends = [length_of(v) for v in (stop, start)]
    if ends[0] is None or ends[1] is None:
        difference = linear(start.code) - linear(stop.code)
    else:
        difference = ends[1] - ends[0]
    if difference.terms or difference.constant < 1 or stop.axes != start.axes:
        raise NotLiftable(_MEET)
    return difference.constant


def _assume_not_negative(lifter: Lifter, bound: Value) -> None:
    """A position that counts from the end would leave out another one."""
    counter = bound.counter
    if bound.kind == "other" or bound.carry is not None or bound.rank:
        raise NotLiftable(_MEET)
    if counter is None:
        inside = ast.Compare(bound.code, [ast.GtE()], [code.const(0)])
        lifter.assume(code.text(code.call("bool", code.method(inside, "all"))))
        return
    axis = counter.axis
    least = axis.start + counter.offset
    if counter.sign != 1 or counter.also is not None or least.constant < 0:
        raise NotLiftable(_MEET)
    if least.terms:
        lifter.assume(f"{code.text(least.code())} >= 0")


def _eye(lifter: Lifter, bound: Value, size: ast.expr) -> ast.expr | None:
    """``~torch.eye(n, dtype=torch.bool)`` where each of all positions is left out in turn."""
    counter = bound.counter
    if counter is None or not counter.offset.is_zero:
        return None
    axis = counter.axis
    if not axis.start.is_zero or axis.step != 1:
        return None
    if not (sized(lifter, linear(axis.size)) - sized(lifter, linear(size))).is_zero:
        of = size_of(size)
        seen = lifter.loaded.get(of[0]) if of is not None else None
        if of is None or seen is None or axis.length is None or len(seen.shape) <= of[1]:
            return None
        if seen.shape[of[1]] != axis.length:
            return None
        lifter.assume(f"{code.text(size)} == {code.text(axis.size)}")
    dtype = code.attribute("torch.bool")
    lifter.used_ops.append("torch.eye")
    return code.inverted(code.call("torch.eye", axis.size, dtype=dtype))
