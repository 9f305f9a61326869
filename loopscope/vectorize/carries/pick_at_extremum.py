"""The index, or the item, that goes with an extremum."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.out_of_reach import assume_reached
from loopscope.vectorize.carries.passing import may_be_nan, passing
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.value import Carry, NotLiftable, Value


def pick_at_extremum(
    lifter: Lifter, value: Value, axis: Axis, before: Value | None, begun: Value | None = None
) -> Value:
    """The index, or the item, that goes with an extremum.

    Args:
        lifter: What is known.
        value: What one iteration makes of the variable.
        axis: The loop.
        before: What the variable was before it.
        begun: What the extremum was, where a loop around this one sets it.
    """
    carry = value.carry
    if carry is None or carry.term is None or carry.scale is None:
        raise NotLiftable("a test of a carried variable")
    form = "max" if "max" in carry.op else "min"
    compared, chosen = carry.term, carry.scale
    if axis.reverse or axis not in compared.axes or compared.rank != 0:
        raise NotLiftable("an extremum over several loops")
    if len(compared.axes) > 1:
        return _of_each(lifter, carry, axis, form, begun)
    lifter.used_ops += [f"torch.arg{form}", f"torch.{form}"]
    lifter.dropped.add(carry.name)
    start = begun if begun is not None else made_before(lifter, carry.of, compared)
    kept = before if before is not None else made_before(lifter, carry.name, value)
    if start is not None and may_be_nan(lifter, compared.code):
        if not is_strict(carry):
            raise NotLiftable(f"the last of equal {carry.of}")
        compared = passing(lifter, carry.of, compared, form, start)
    if start is not None and kept is not None and is_strict(carry):
        whole = _from_first(start, kept, compared, chosen, axis)
        if whole is not None:
            return _number(code.method(whole, f"arg{form}"), chosen)
    if start is not None and kept is not None and _begins_at_first(compared, chosen, kept):
        return _number(code.method(compared.code, f"arg{form}"), chosen)
    unbounded = start is None or is_infinite(start.fill or start.code, form)
    if unbounded and carry.test is not None:
        assume_reached(lifter, carry.test, axis)
    place = _place(carry, compared, form, axis)
    if chosen.counter is not None and chosen.counter.sign == 1:
        offset = chosen.counter.axis.start + chosen.counter.offset
        made: ast.expr = place
        if not offset.is_zero:
            made = code.binary(place, ast.Add(), offset.code())
        found = _number(made, chosen)
    else:
        found = replace(chosen, code=code.subscript(chosen.code, [place]), axes=())
    if start is None:
        first = lifter.initial.get(carry.of)
        if first is None or not first.is_none:
            raise NotLiftable(f"what {carry.of} begins with is not known")
        return found
    if is_infinite(start.fill or start.code, form):
        return found
    return _where_passed(carry, compared, form, start, kept, found)


def _of_each(lifter: Lifter, carry: Carry, axis: Axis, form: str, begun: Value | None) -> Value:
    """The place of the extremum in each iteration of the loops around."""
    compared, chosen = carry.term, carry.scale
    if compared is None or chosen is None or begun is None or begun.carry is not None:
        raise NotLiftable("an extremum over several loops")
    counter = chosen.counter
    bound = begun.fill or begun.code
    if may_be_nan(lifter, compared.code) or not begun.is_fixed or not is_strict(carry):
        raise NotLiftable(f"{carry.name} is set where {carry.of} moves")
    if counter is None or counter.sign != 1 or counter.axis != axis or axis.step != 1:
        raise NotLiftable("an item that goes with the extremum of another loop")
    dim = compared.axes.index(axis)
    if not is_infinite(bound, form):
        best = code.method(compared.code, f"a{form}", dim=dim)
        lifter.assume(code.text(code.method(_passes(best, carry, form, bound), "all")))
    elif carry.test is not None:
        assume_reached(lifter, carry.test, axis)
    lifter.used_ops += [f"torch.arg{form}", f"torch.{form}"]
    made = code.method(compared.code, f"arg{form}", dim=dim)
    offset = axis.start + counter.offset
    whole = made if offset.is_zero else code.binary(made, ast.Add(), offset.code())
    axes = tuple(a for a in compared.axes if a != axis)
    return Value(whole, axes, 0, "tensor", "int64", python=chosen.kind == "number")


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
    test = _passes(code.method(compared.code, form), carry, form, bound)
    return replace(found, code=ast.IfExp(test, found.code, kept.code))


def is_strict(carry: Carry) -> bool:
    """Whether the first of equal items is kept, not the last."""
    return carry.op.endswith("True")


def _passes(best: ast.expr, carry: Carry, form: str, bound: ast.expr) -> ast.Compare:
    ops = (ast.Gt(), ast.GtE()) if form == "max" else (ast.Lt(), ast.LtE())
    return ast.Compare(best, [ops[not is_strict(carry)]], [bound])


def _place(carry: Carry, compared: Value, form: str, axis: Axis) -> ast.expr:
    if is_strict(carry):
        return code.method(compared.code, f"arg{form}")
    turned = code.method(code.method(compared.code, "flip", code.const(0)), f"arg{form}")
    last = code.binary(axis.size, ast.Sub(), code.const(1))
    return code.binary(last, ast.Sub(), turned)


def _number(place: ast.expr, chosen: Value) -> Value:
    found = Value(place, (), 0, "tensor", "int64")
    if chosen.kind != "number":
        return found
    return replace(found, code=code.call("int", place), kind="number", dtype="int")
