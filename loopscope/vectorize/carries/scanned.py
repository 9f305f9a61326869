"""What a carried variable is in each iteration."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.carries.forms import is_neutral
from loopscope.vectorize.carries.latest import latest
from loopscope.vectorize.carries.matrix_chain import matrix_scan
from loopscope.vectorize.carries.recurrence import recurrent
from loopscope.vectorize.carries.restarted import restarted, seen_before_the_end
from loopscope.vectorize.carries.shifted import shifted
from loopscope.vectorize.carries.start import join_start, made_before
from loopscope.vectorize.carries.toggled import turned_so_far
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, NotLiftable, Value, expand

_SCANNED = {"add": "cumsum", "mul": "cumprod", "max": "cummax", "min": "cummin",
            "logaddexp": "logcumsumexp"}  # fmt: skip


def scanned(
    lifter: Lifter, value: Value, update: Value, axis: Axis, before: Value | None
) -> Value:
    """Return the variable's value in every iteration, as the body saw it."""
    seen, carry = value.carry, update.carry
    goes_on = before is not None and before.carry is not None
    if carry is not None and carry.form in ("left", "right", "affine") and goes_on:
        raise NotLiftable(f"{carry.name} is carried through several loops")
    if seen is not None and carry is not None and carry.form in ("left", "right"):
        if seen != carry:
            raise NotLiftable(f"{carry.name} is read before it is updated")
        return matrix_scan(lifter, carry, axis, carry.name)
    if seen is not None and carry is not None and carry.form == "affine":
        return recurrent(lifter, value, update, axis, carry.name)
    if seen is not None and carry is not None and carry.form == "latest":
        after = latest(lifter, carry, axis, before)
        if seen == carry:
            return after
        start = before or made_before(lifter, carry.name, value)
        if seen.form != "keep" or start is None:
            raise NotLiftable(f"{carry.name} is read before it is updated")
        return shifted(lifter, after, start, axis)
    if seen is not None and carry is not None and carry.form == "restart":
        if seen == carry:
            return restarted(lifter, carry, axis, before)
        return seen_before_the_end(lifter, seen, carry, axis, before)
    if seen is not None and carry is not None and carry.form == "toggle" and seen == carry:
        return turned_so_far(lifter, carry, axis, before)
    if seen is None or carry is None or carry.term is None or carry.form not in _SCANNED:
        raise NotLiftable("a variable that each iteration reads as the last one left it")
    name = _SCANNED[carry.form]
    term = expand(carry.term, union([carry.term.axes, (axis,)]))
    if carry.form == "add" and term.kind == "number":
        raise NotLiftable("a running count")
    dim = term.axes.index(axis)
    initial = lifter.start_of.get(carry.name)
    if initial is None and before is not None and before.carry is None:
        initial = before
    initial = initial or made_before(lifter, carry.name, value)
    if initial is not None:
        lifter.dropped.add(carry.name)
    inclusive = seen == carry
    operand = term.code
    if axis.reverse:
        operand = code.method(operand, "flip", code.const(dim))
    lifter.used_ops.append(f"torch.{name}")
    made: ast.expr = code.call(f"torch.{name}", operand, dim=dim)
    if carry.form in ("max", "min"):
        made = code.attribute_of(made, "values")
    if axis.reverse:
        made = code.method(made, "flip", code.const(dim))
    result = replace(term, code=made, counter=None)
    if not inclusive:
        if seen.form != "keep" or carry.form != "add":
            raise NotLiftable(f"{carry.name} is read before it is updated")
        if not term.dtype.startswith("int"):  # NaN and infinity less themselves are no zero
            begun = initial or Value(code.attribute(carry.name), rank=value.rank)
            return shifted(lifter, _after(lifter, carry, result, begun), begun, axis)
        result = replace(result, code=code.binary(made, ast.Sub(), term.code))
    start = initial
    if start is not None and is_neutral(start.fill or start.code, carry.form):
        _assume_as_wide(lifter, carry.name, term)
        return result
    if carry.form in ("max", "min") and start is not None and _is_first(start, term, axis):
        return result
    if start is None or start.carry is not None:
        start = Value(code.attribute(carry.name), rank=value.rank)
    return join_start(carry.form, start, result)


def _after(lifter: Lifter, carry: Carry, result: Value, start: Value) -> Value:
    """The running sum with what it begins with."""
    if is_neutral(start.fill or start.code, carry.form):
        _assume_as_wide(lifter, carry.name, result)
        return result
    return join_start(carry.form, start, result)


def _assume_as_wide(lifter: Lifter, name: str, term: Value) -> None:
    """``torch.zeros(3)`` before the loop makes items of one three, if it is not written."""
    made = lifter.initial.get(name)
    sizes = made.shape if made is not None and len(made.shape) == term.rank else ()
    for dim, size in enumerate(sizes, len(term.axes)):
        if (code.integer(size) or 1) > 1:
            lifter.assume(f"{code.text(term.code)}.shape[{dim}] == {code.text(size)}")


def _is_first(start: Value, term: Value, axis: Axis) -> bool:
    """Whether a running extremum starts from its own first item."""
    position = "-1" if axis.reverse else "0"
    return code.text(start.code) == f"{code.text(term.code)}[{position}]"
