"""Ranges that begin elsewhere in each iteration around them but are equally long."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.value import Value


def bind_moving(
    lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]
) -> Axis | None:
    """``for j in range(i, i + k)`` as ``i`` plus a counter that runs to ``k``.

    Returns ``None`` where the range begins at the same number each time.

    Raises:
        NotLiftable: Its length differs between iterations.
    """
    start = lifter.lift(args[0])
    if start.is_fixed or start.carry is not None or start.rank:
        return None
    length = _difference(start, lifter.lift(args[1])) or linear(args[1]) - linear(args[0])
    stop = linear(lifter.fixed(length.code()))
    seen = lifter.what(iterable)
    count = seen.shape[0] if seen is not None and seen.shape else None
    axis = new_axis(lifter, target, Linear(), stop, stop.code(), count)
    counter = replace(counter_value(Counter(axis)), kind="number", dtype="int")
    value = combine(lifter, start, ast.Add(), counter)
    if isinstance(target, ast.Name):
        lifter.known_names.setdefault(code.text(value.code), target.id)
    bind_target(lifter, target, value)
    return axis


def _difference(start: Value, stop: Value) -> Linear | None:
    """How far two multiples of one counter are apart."""
    if start.counter is not None and stop.counter is not None:
        one, other = start.counter, stop.counter
        same = (one.axis, one.sign, one.also) == (other.axis, other.sign, other.also)
        return other.offset - one.offset if same else None
    if start.scaled is not None and stop.scaled is not None:
        (axis, scale, offset), (again, other_scale, other_offset) = start.scaled, stop.scaled
        same = axis == again and code.text(scale) == code.text(other_scale)
        return other_offset - offset if same else None
    return None
