"""Counters: ``range``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.headers.moving_ranges import bind_moving
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import NotLiftable, Value

_ZERO = code.const(0)


def bind_range(lifter: Lifter, target: ast.expr, iterable: ast.expr, args: list[ast.expr]) -> Axis:
    """Bind a counter and return its axis."""
    if len(args) == 1:
        stop_value = lifter.lift(args[0])
        if stop_value.axes and stop_value.counter is None:
            return _up_to(lifter, target, args[0])
    if len(args) == 2:
        try:
            moving = bind_moving(lifter, target, iterable, args)
        except NotLiftable:
            return _between(lifter, target, args[0], args[1])
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


def _up_to(lifter: Lifter, target: ast.expr, stop: ast.expr) -> Axis:
    """A range whose end differs between the iterations around it.

    All of them run to the last end; what lies behind an iteration's own end is masked out.
    """
    ends, longest = _last_end(lifter, stop)
    axis, counter = _counted_to(lifter, target, longest)
    test = ast.Compare(counter, [ast.Lt()], [_column(ends)])
    lifter.limits[axis.order] = Value(test, (*ends.axes, axis), 0, "tensor", "bool")
    return axis


def _between(lifter: Lifter, target: ast.expr, start: ast.expr, stop: ast.expr) -> Axis:
    """A range that begins and ends elsewhere in each iteration around it."""
    first, last = lifter.lift(start), lifter.lift(stop)
    if first.axes != last.axes or any(v.counter or v.scaled or v.carry for v in (first, last)):
        raise NotLiftable("an inner loop that begins and ends elsewhere in each iteration")
    begins = _named(lifter, start, "begins")
    lifter.assume(code.text(code.method(ast.Compare(begins.code, [ast.GtE()], [_ZERO]), "all")))
    ends, longest = _last_end(lifter, stop)
    axis, counter = _counted_to(lifter, target, longest)
    begun = ast.Compare(counter, [ast.GtE()], [_column(begins)])
    goes_on = ast.Compare(counter, [ast.Lt()], [_column(ends)])
    both = code.binary(begun, ast.BitAnd(), goes_on)
    lifter.limits[axis.order] = Value(both, (*ends.axes, axis), 0, "tensor", "bool")
    return axis


def _named(lifter: Lifter, bound: ast.expr, wanted: str) -> Value:
    """A bound of the range under the name that the user gave it."""
    value = lifter.lift(bound)
    if isinstance(value.code, ast.Name):
        return value
    if not isinstance(bound, ast.Name):
        return lifter.bind(wanted, value)
    named = lifter.env[bound.id] = lifter.bind(bound.id, value)
    return named


def _last_end(lifter: Lifter, bound: ast.expr) -> tuple[Value, str]:
    """Where each range ends, and the name of the last end.

    Raises:
        NotLiftable: The ends are no plain numbers.
    """
    stop = lifter.lift(bound)
    if stop.rank or stop.carry is not None or stop.members is not None or stop.kind == "other":
        raise NotLiftable("an inner loop whose length differs between iterations")
    ends = _named(lifter, bound, "ends")
    longest = lifter.bind("longest", Value(code.call("int", code.method(ends.code, "max"))))
    return ends, code.text(longest.code)


def _counted_to(lifter: Lifter, target: ast.expr, end: str) -> tuple[Axis, ast.expr]:
    axis = new_axis(lifter, target, Linear(), Linear(((end, 1),)), code.name(end), None)
    counter = counter_value(Counter(axis))
    lifter.used_ops += ["torch.arange", "broadcasting"]
    bind_target(lifter, target, replace(counter, kind="number", dtype="int"))
    return axis, counter.code


def _column(value: Value) -> ast.expr:
    return code.subscript(value.code, [code.FULL] * len(value.axes) + [code.NONE])
