"""The index, or the item, that goes with an extremum."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.extremum_of_each import Pick, is_strict, passes, pick_of_each
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.out_of_reach import assume_reached
from loopscope.vectorize.carries.over_axis import over_axis
from loopscope.vectorize.carries.passing import may_be_nan, passing
from loopscope.vectorize.carries.pick_of_all import named_place, pick_of_all
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.carries.update import is_kept
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.picked import picked
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
    if is_kept(before) and is_kept(begun):  # a loop around carries both on
        inner = over_axis(lifter, form, carry.inner or compared, axis)
        return replace(value, carry=replace(carry, inner=inner))
    if any(other.order > axis.order for other in compared.axes):
        if compared.axes[0] != axis:
            raise NotLiftable("an extremum over several loops")
        return pick_of_all(lifter, carry, begun)
    if len(compared.axes) > 1:
        pick = pick_of_each(lifter, carry, axis, begun)
        return _where_found(lifter, carry, pick, before)
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
    found = _item(lifter, chosen, _place(carry, compared, form, axis))
    if start is None:
        first = lifter.initial.get(carry.of)
        if first is None or not first.is_none:
            raise NotLiftable(f"what {carry.of} begins with is not known")
        return found
    if is_infinite(start.fill or start.code, form):
        return found
    return _where_passed(carry, compared, form, start, kept, found)


def _where_found(lifter: Lifter, carry: Carry, pick: Pick, before: Value | None) -> Value:
    """What was picked, and what the variable was before where nothing was found."""
    number = None if before is None else code.integer(before.fill or before.code)
    if pick.found is None or (pick.begins and number == 0):
        return pick.value
    if before is None or before.carry is not None or before.kind == "other":
        raise NotLiftable(f"{carry.name} is set where {carry.of} moves")
    return choose(lifter, pick.found, pick.value, before)


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
    test = passes(code.method(compared.code, form), carry, form, bound)
    return replace(found, code=ast.IfExp(test, found.code, kept.code))


def _item(lifter: Lifter, chosen: Value, place: ast.expr) -> Value:
    """What one iteration chooses."""
    if chosen.parts is not None:
        parts = tuple(_item(lifter, p, place) for p in chosen.parts)
        return replace(chosen, code=code.tuple_of([p.code for p in parts]), axes=(), parts=parts)
    if chosen.is_fixed:
        return chosen
    if (pair := picked(chosen)) is not None and pair.rows.counter is not None:
        at = code.subscript(chosen.code, [named_place(lifter, place).code])
        return Value(code.call("int", at), kind="number", dtype="int")
    if chosen.counter is None or chosen.counter.sign != 1:
        return replace(chosen, code=code.subscript(chosen.code, [place]), axes=())
    offset = chosen.counter.axis.start + chosen.counter.offset
    made = place if offset.is_zero else code.binary(place, ast.Add(), offset.code())
    return _number(made, chosen)


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
