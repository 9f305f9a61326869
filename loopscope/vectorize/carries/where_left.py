"""The iteration that a break leaves its loop in; the last one where none does.

Sums of what is never negative, and running maxima, are sorted: ``torch.searchsorted`` finds it.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TypeAlias

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.first_match import at_place, hit_of, place_of_first
from loopscope.vectorize.carries.never_negative import assume_not_negative
from loopscope.vectorize.leaving import Stop
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import NotLiftable, Value

_Ops: TypeAlias = dict[type[ast.cmpop], type[ast.cmpop]]
_MIRRORED: _Ops = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_OPPOSITE: _Ops = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}


def as_left(lifter: Lifter, stop: Stop, value: Value, axis: Axis, name: str) -> Value:
    """Return what a value is in the iteration that leaves the loop, or else in the last one.

    Args:
        lifter: Where the place is written, under the name of what is the counter.
        stop: Where the loop is left.
        value: What a name stands for there.
        axis: The loop.
        name: The name.

    Raises:
        NotLiftable: The loop takes longer steps, or the value has several dimensions.
    """
    counter = value.counter
    plain = counter is not None and counter.sign == 1 and counter.also is None
    if counter is not None and (not plain or counter.axis.step != 1):
        raise NotLiftable(f"{name} is that of the iteration that left the loop")
    if counter is not None and counter.axis != axis:
        return value
    first = counter is not None and (counter.axis.start + counter.offset).is_zero
    place = place_left(lifter, stop, axis, name if first else "stop")
    found = at_place(value, place.code, stop.found.axes, axis)
    if counter is None:
        return found
    return replace(found, kind=place.kind, dtype=place.dtype, counter=None, python=True)


def place_left(lifter: Lifter, stop: Stop, axis: Axis, wanted: str) -> Value:
    """Return the number of that iteration, under a name like the one wanted."""
    key = f"left {axis.order}"
    if key not in lifter.ranges:
        found = _among_sorted(lifter, stop, axis) or _first_or_last(lifter, stop, axis)
        lifter.ranges[key] = lifter.bind(wanted, found)
    return lifter.ranges[key]


def _first_or_last(lifter: Lifter, stop: Stop, axis: Axis) -> Value:
    found = stop.found
    if not isinstance(found.code, ast.Name):
        found = lifter.bind("found", found)
    hit, first, last = hit_of(found, axis), place_of_first(found, axis), _last_place(axis)
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    if not hit.axes:
        chosen = ast.IfExp(hit.code, code.call("int", first), last)
        return Value(chosen, kind="number", dtype="int")
    made = code.call("torch.where", hit.code, first, last)
    return Value(made, hit.axes, 0, "tensor", "int64", python=True)


def _among_sorted(lifter: Lifter, stop: Stop, axis: Axis) -> Value | None:
    """``torch.searchsorted(x.cumsum(0), v)``; ``None`` where the test is no such comparison."""
    known = _compared(lifter, stop.found)
    if known is None or axis.reverse:
        return None
    scan, sought, equal_too = known
    rest = tuple(a for a in stop.found.axes if a != axis)
    alike = scan.dtype == sought.dtype if sought.kind == "tensor" else scan.dtype[:5] == "float"
    if sought.rank or scan.rank or axis in sought.axes or not alike:
        return None
    single = scan.axes == (axis,)
    if not single and (scan.axes != (*rest, axis) or sought.axes != rest):
        return None
    update = lifter.scans[code.text(scan.code)]
    if update.term is None or (
        update.form == "add" and not assume_not_negative(lifter, update.term)
    ):
        return None
    lifter.used_ops += ["torch.searchsorted", "torch.bucketize"]
    value = (
        sought.code
        if single
        else code.subscript(sought.code, [*[code.FULL] * len(rest), code.NONE])
    )
    right = {} if equal_too else {"right": True}
    made: ast.expr = code.call("torch.searchsorted", scan.code, value, **right)
    if not rest:
        chosen = code.call("min", code.call("int", made), _last_place(axis))
        return Value(chosen, kind="number", dtype="int")
    made = made if single else code.method(made, "squeeze", code.const(-1))
    made = code.method(made, "clamp", max=_last_place(axis))
    return Value(made, rest, 0, "tensor", "int64", python=True)


def _compared(lifter: Lifter, found: Value) -> tuple[Value, Value, bool] | None:
    """A scan that grows, what it has to exceed, and whether to reach it is enough."""
    known = found.compared
    if known is None:
        return None
    left, op, right = known.left, type(known.op), known.right
    match found.code:
        case ast.UnaryOp(op=ast.Invert(), operand=test) if test is known.code:
            op = _OPPOSITE.get(op, op)
        case test if test is not known.code:
            return None
        case _:
            pass
    if code.text(left.code) not in lifter.scans:
        left, right, op = right, left, _MIRRORED.get(op, op)
    update = lifter.scans.get(code.text(left.code))
    grows = update is not None and update.form in ("add", "max") and op in (ast.Gt, ast.GtE)
    return (left, right, op is ast.GtE) if grows else None


def _last_place(axis: Axis) -> ast.expr:
    """Where the last iteration's item lies."""
    if axis.reverse:
        return code.const(0)
    return (linear(axis.size) - Linear((), 1)).code()
