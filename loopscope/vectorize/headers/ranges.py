"""Counters: ``range``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.headers.moving_ranges import bind_moving
from loopscope.vectorize.headers.uneven_ranges import bind_uneven, one_more
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import NotLiftable

_ZERO = code.const(0)


def bind_range(lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]) -> Axis:
    """Bind a counter and return its axis."""
    moves = _bind_moving(lifter, target, iterable, args) or _bind_uneven(lifter, target, args)
    if moves is not None:
        return moves
    bounds = [linear(lifter.fixed(a)) for a in args]
    start, stop, step, step_name = Linear(), bounds[0], 1, ""
    if len(bounds) > 1:
        start, stop = bounds[0], bounds[1]
    if len(bounds) > 2:
        step = bounds[2].constant
        if bounds[2].terms:
            what = lifter.what(args[2])
            if what is None or not isinstance(what.value, int) or what.value < 1:
                raise NotLiftable("a step that is not known")
            step, step_name = what.value, code.text(bounds[2].code())
        elif not step:
            raise NotLiftable("a step of zero")
    reverse = step < 0
    if reverse:
        if step != -1:
            raise NotLiftable("a step other than one, backward")
        start, stop, step = stop + Linear((), 1), start + Linear((), 1), 1
    seen = lifter.what(iterable)
    length = seen.shape[0] if seen is not None and seen.shape else None
    size = (stop - start).code()
    if step != 1:
        size = code.call("len", iterable)
    axis = new_axis(lifter, target, start, stop, size, length, step=step, reverse=reverse)
    if step_name:
        axis = replace(axis, step_name=step_name)
        lifter.axes[-1] = axis
    value = counter_value(Counter(axis))
    if isinstance(target, ast.Name):
        lifter.known_names.setdefault(code.text(value.code), target.id)
    bind_target(lifter, target, replace(value, kind="number", dtype="int"))
    return axis


def _bind_moving(
    lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]
) -> Axis | None:
    """A range that begins elsewhere each time and is as long each time; ``None`` for others."""
    if len(args) != 2:
        return None
    try:
        return bind_moving(lifter, target, iterable, args)
    except NotLiftable:
        return None


def _bind_uneven(lifter: Lifter, target: ast.expr, args: list[ast.expr]) -> Axis | None:
    """A range whose length differs between the iterations around it; ``None`` for others."""
    if len(args) == 1:
        return bind_uneven(lifter, target, _ZERO, args[0])
    step = code.integer(args[2]) if len(args) > 2 else 1
    if step == -1:
        first, last = (one_more(a) for a in (args[1], args[0]))
        return bind_uneven(lifter, target, first, last, reverse=True)
    return bind_uneven(lifter, target, args[0], args[1], step=step) if step and step > 0 else None
