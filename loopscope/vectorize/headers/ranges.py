"""Counters: ``range``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.headers.moving_ranges import bind_moving
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import Axis, Counter, NotLiftable, Value


def bind_range(lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]) -> Axis:
    """Bind a counter and return its axis."""
    if len(args) == 1:
        stop_value = lifter.lift(args[0])
        if stop_value.axes and stop_value.counter is None:
            return _up_to(lifter, target, stop_value)
    if len(args) == 2:
        moving = bind_moving(lifter, target, iterable, args)
        if moving is not None:
            return moving
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


def _up_to(lifter: Lifter, target: ast.expr, stop: Value) -> Axis:
    """A range whose end differs between the iterations around it.

    All of them run to the last end; what lies behind an iteration's own end is masked out.
    """
    if stop.rank or stop.carry is not None or stop.members is not None or stop.kind == "other":
        raise NotLiftable("an inner loop whose length differs between iterations")
    ends = stop
    if not isinstance(stop.code, ast.Name):
        ends = lifter.bind("ends", stop)
    longest = lifter.bind("longest", Value(code.call("int", code.method(ends.code, "max"))))
    name = code.text(longest.code)
    axis = new_axis(lifter, target, Linear(), Linear(((name, 1),)), longest.code, None)
    counter = counter_value(Counter(axis))
    bind_target(lifter, target, replace(counter, kind="number", dtype="int"))
    axes = (*stop.axes, axis)
    index = [code.FULL] * len(stop.axes) + [code.NONE]
    test = ast.Compare(counter.code, [ast.Lt()], [code.subscript(ends.code, index)])
    lifter.limits[axis.order] = Value(test, axes, 0, "tensor", "bool")
    return axis
