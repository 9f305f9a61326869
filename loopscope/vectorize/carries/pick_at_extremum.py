"""The index, or the item, that goes with an extremum."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.passing import may_be_nan, passing
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.value import Axis, Carry, NotLiftable, Value


def pick_at_extremum(lifter: Lifter, value: Value, axis: Axis, before: Value | None) -> Value:
    """The index, or the item, that goes with an extremum."""
    carry = value.carry
    if carry is None or carry.term is None or carry.scale is None:
        raise NotLiftable("a test of a carried variable")
    form = "max" if "max" in carry.op else "min"
    compared, chosen = carry.term, carry.scale
    if axis.reverse or compared.axes != (axis,) or compared.rank != 0:
        raise NotLiftable("an extremum over several loops")
    lifter.used_ops += [f"torch.arg{form}", f"torch.{form}"]
    lifter.dropped.add(carry.name)
    start = made_before(lifter, carry.of, compared)
    kept = before if before is not None else made_before(lifter, carry.name, value)
    if start is not None and may_be_nan(lifter, compared.code):
        compared = passing(lifter, carry.of, compared, form, start)
    if start is not None and kept is not None:
        whole = _from_first(start, kept, compared, chosen, axis)
        if whole is not None:
            return _number(code.method(whole, f"arg{form}"), chosen)
    if start is not None and kept is not None and _begins_at_first(compared, chosen, kept):
        return _number(code.method(compared.code, f"arg{form}"), chosen)
    place = code.method(compared.code, f"arg{form}")
    if chosen.counter is not None and chosen.counter.sign == 1:
        offset = chosen.counter.axis.start + chosen.counter.offset
        made: ast.expr = place
        if not offset.is_zero:
            made = code.binary(place, ast.Add(), offset.code())
        found = _number(made, chosen)
    else:
        found = replace(chosen, code=code.subscript(chosen.code, [place]), axes=())
    if start is None or is_infinite(start.fill or start.code, form):
        return found
    return _where_passed(carry, compared, form, start, kept, found)


def _from_first(
    start: Value, kept: Value, compared: Value, chosen: Value, axis: Axis
) -> ast.expr | None:
    """The sequence whose first item, and its place, both variables begin with."""
    counter = chosen.counter
    if counter is None or counter.sign != 1 or axis.step != 1 or chosen.kind != "number":
        return None
    match start.code, compared.code:
        case ast.Subscript(value=tensor, slice=ast.Constant(value=0)), ast.Subscript(
            value=other, slice=ast.Slice(lower=ast.Constant(value=1), upper=None, step=None)
        ) if code.text(tensor) == code.text(other):
            first = axis.start + counter.offset - linear(code.const(1))
        case ast.Subscript(value=tensor, slice=ast.Constant(value=0)), other if code.text(
            tensor
        ) == code.text(other):
            first = axis.start + counter.offset
        case _:
            return None
    return tensor if first.is_zero and code.integer(kept.code) == 0 else None


def _begins_at_first(compared: Value, chosen: Value, kept: Value) -> bool:
    """Whether the place of the first item goes with what takes the place of all."""
    counter = chosen.counter
    passed = isinstance(compared.code, ast.Name) and compared.code.id.endswith("_passing")
    if not passed or counter is None or counter.sign != 1 or chosen.kind != "number":
        return False
    return (counter.axis.start + counter.offset).is_zero and code.integer(kept.code) == 0


def _where_passed(
    carry: Carry, compared: Value, form: str, start: Value, kept: Value | None, found: Value
) -> Value:
    """What was found, where an item passes what the extremum began with."""
    bound = start.fill if start.fill is not None else start.code
    if kept is None or kept.carry is not None or kept.rank != found.rank:
        raise NotLiftable(f"{carry.name} is set where {carry.of} moves")
    op = ast.Gt() if form == "max" else ast.Lt()
    test = ast.Compare(code.method(compared.code, form), [op], [bound])
    return replace(found, code=ast.IfExp(test, found.code, kept.code))


def _number(place: ast.expr, chosen: Value) -> Value:
    found = Value(place, (), 0, "tensor", "int64")
    if chosen.kind != "number":
        return found
    return replace(found, code=code.call("int", place), kind="number", dtype="int")
