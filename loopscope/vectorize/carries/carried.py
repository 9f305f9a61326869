"""Arithmetic on carried variables: which update of one iteration is a reduction or a scan."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.flags import flagged
from loopscope.vectorize.carries.forms import NEUTRAL
from loopscope.vectorize.carries.meeting import meeting
from loopscope.vectorize.carries.out_of_reach import out_of_reach
from loopscope.vectorize.carries.passing import may_be_nan
from loopscope.vectorize.carries.restarting import restarted_first, restarted_last
from loopscope.vectorize.carries.running_value import running_value
from loopscope.vectorize.carries.scattered import scattered_where
from loopscope.vectorize.carries.turning import turned_over, turned_where
from loopscope.vectorize.carries.update import is_kept, negated, updated
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import (
    aligned_binary,
    aligned_choice,
    aligned_comparison,
    aligned_logic,
)
from loopscope.vectorize.value import Carry, Form, NotLiftable, Value, whole_number

_ONE = whole_number(code.const(1))


def placeholder(name: str, before: Value | None) -> Value:
    """Return the placeholder for a variable as an iteration finds it."""
    kind = before.kind if before is not None else "tensor"
    rank = before.rank if before is not None else 0
    return Value(
        code.name(name) if "." not in name else code.attribute(name),
        rank=rank,
        kind=kind,
        dtype=before.dtype if before is not None else "",
        shape=before.shape if before is not None else (),
        carry=Carry(name, "keep"),
    )


def carried_binary(lifter: Lifter, left: Value, op: ast.operator, right: Value) -> Value:
    """``left op right`` where one side follows from a carried variable.

    Raises:
        NotLiftable: The operation is not associative in it.
    """
    if left.carry is not None and right.carry is not None:
        return meeting(lifter, left, left.carry, op, right, right.carry)
    turned = turned_over(left, op, right)
    if turned is not None:
        return turned
    if left.carry is None:
        match op:
            case ast.MatMult() if _matrices(left, right) and is_kept(right):
                return updated(right, "left", left)
            case ast.Add() | ast.Mult() | ast.BitOr() | ast.BitAnd():
                return carried_binary(lifter, right, op, left)
            case ast.Sub():
                minus = replace(_ONE, code=code.const(-1))
                return carried_binary(
                    lifter, carried_binary(lifter, right, ast.Mult(), minus), ast.Add(), left
                )
            case _:
                raise NotLiftable("an operation on a carried variable that is not associative")
    carry = left.carry
    match op, carry.form:
        case ast.MatMult(), "keep" if _matrices(left, right):
            return updated(left, "right", right)
        case ast.Add(), "keep":
            return updated(left, "add", right)
        case ast.Sub(), "keep":
            return updated(left, "add", negated(right))
        case ast.Add() | ast.Sub(), "add" | "affine" | "mul":
            term = _term(lifter, carry, op, right)
            if carry.form == "mul":
                return updated(
                    left,
                    "affine",
                    right if isinstance(op, ast.Add) else negated(right),
                    carry.term,
                )
            return updated(left, carry.form, term, carry.scale)
        case ast.Mult() | ast.Div(), "keep":
            factor = right if isinstance(op, ast.Mult) else _inverse(lifter, right)
            return updated(left, "mul", factor)
        case ast.Mult() | ast.Div(), "mul":
            return updated(left, "mul", _times(lifter, carry.term, op, right))
        case ast.Mult() | ast.Div(), "add" | "affine":
            scale = carry.scale or _ONE
            scaled = (
                right
                if scale is _ONE and isinstance(op, ast.Mult)
                else _times(lifter, scale, op, right)
            )
            return updated(left, "affine", _times(lifter, carry.term, op, right), scaled)
        case ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), "latest" | "restart":
            return restarted_first(lifter, left, carry, op, right)
        case ast.BitOr(), "keep":
            return updated(left, "or", right)
        case ast.BitAnd(), "keep":
            return updated(left, "and", right)
        case ast.BitOr(), "or":
            return updated(left, "or", aligned_logic(carry.term or right, ast.BitOr(), right))
        case ast.BitAnd(), "and":
            return updated(left, "and", aligned_logic(carry.term or right, ast.BitAnd(), right))
        case _:
            raise NotLiftable(f"{carry.name} of one iteration is read by the next")


def carried_choice(lifter: Lifter, test: Value, then: Value, orelse: Value) -> Value:
    """``then if test else orelse`` where a branch keeps or updates a carried variable."""
    if test.carry is not None:
        return _extremum(lifter, test, then, orelse)
    both = then.carry, orelse.carry
    if both[0] is not None and both[1] is not None and both[0].form == both[1].form != "keep":
        first, second = both[0].term, both[1].term
        if first is None or second is None or both[0].form not in ("add", "mul"):
            raise NotLiftable(f"{both[0].name} is updated in two ways")
        if both[0].form == "add" and _counts(first) and second.dtype == "bool":
            either = aligned_logic(test, ast.BitOr(), second)
            return updated(then, "add", replace(either, python=second.python))
        return updated(then, both[0].form, aligned_choice(lifter, test, first, second))
    keeps, updates, is_negated = orelse, then, False
    if is_kept(then):
        keeps, updates, is_negated = then, orelse, True
    if keeps.carry is None or keeps.carry.form != "keep":
        return restarted_last(test, then, orelse)
    if is_negated:
        test = replace(test, code=code.inverted(test.code))
    carry = updates.carry
    if carry is None:
        return _kept(test, keeps, keeps.carry, updates)
    if carry.form in ("max", "min") or carry.of:
        return replace(updates, carry=out_of_reach(lifter, carry, test))
    if carry.form == "toggle":
        return turned_where(updates, carry, test)
    if carry.form == "scattered":
        return replace(updates, carry=scattered_where(lifter, carry, test))
    if carry.form == "latest" and carry.test is not None:
        held = aligned_logic(test, ast.BitAnd(), carry.test)
        return replace(updates, carry=replace(carry, test=held))
    neutral = NEUTRAL.get(carry.form)
    if carry.term is None or neutral is None:
        raise NotLiftable(f"{carry.name} is updated in some iterations only")
    if carry.form == "or":
        return updated(updates, "or", aligned_logic(test, ast.BitAnd(), carry.term))
    if carry.form == "and":
        fails = replace(test, code=code.inverted(test.code))
        return updated(updates, "and", aligned_logic(fails, ast.BitOr(), carry.term))
    if carry.form == "add" and _counts(carry.term):
        return updated(updates, "add", replace(_as_count(test), python=True))
    other = whole_number(code.const(neutral))
    made = updated(updates, carry.form, aligned_choice(lifter, test, carry.term, other))
    if carry.test is not None:
        test = aligned_logic(test, ast.BitAnd(), carry.test)
    return replace(made, carry=replace(made.carry, test=test)) if made.carry else made


def carried_comparison(lifter: Lifter, left: Value, op: ast.cmpop, right: Value) -> Value:
    """``x > best``: the test of a running extremum, or one that ends the loop."""
    sides = [running_value(lifter, v) or v for v in (left, right)]
    if all(v.carry is None for v in sides):
        return aligned_comparison(lifter, sides[0], op, sides[1])
    carried, other = (left, right) if left.carry is not None else (right, left)
    if carried.carry is None or carried.carry.form != "keep" or other.carry is not None:
        raise NotLiftable("a comparison with a carried variable")
    grows = isinstance(op, ast.Gt | ast.GtE) == (other is left)
    if not isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        raise NotLiftable("a comparison with a carried variable")
    strict = isinstance(op, ast.Gt | ast.Lt)
    carry = Carry(carried.carry.name, "compared", other, op=f"{'max' if grows else 'min'}{strict}")
    return replace(carried, carry=carry, rank=other.rank, dtype="bool")


def _kept(test: Value, keeps: Value, carry: Carry, updates: Value) -> Value:
    """``if test: last = x[i]``."""
    if updates.kind == "other" or updates.list_of is not None or updates.parts is not None:
        raise NotLiftable("a branch sets a carried variable to something else")
    if updates.mask is not None or updates.members is not None:
        raise NotLiftable("a branch sets a carried variable to something else")
    if isinstance(updates.code, ast.Constant) and type(updates.code.value) is bool:
        return flagged(test, keeps, raised=updates.code.value)
    return replace(
        keeps,
        carry=Carry(carry.name, "latest", updates, test=test),
        rank=updates.rank,
        dtype=updates.dtype,
        shape=updates.shape,
    )


def _counts(value: Value) -> bool:
    return value.is_fixed and code.integer(value.code) == 1


def _extremum(lifter: Lifter, test: Value, then: Value, orelse: Value) -> Value:
    """``best = x if x > best else best``."""
    found = test.carry
    if found is None or found.form != "compared" or found.term is None:
        raise NotLiftable("a test of a carried variable")
    if not is_kept(orelse):
        raise NotLiftable("a test of a carried variable")
    if not may_be_nan(lifter, found.term.code):
        lifter.assume_finite(found.term)
    if orelse.carry is not None and orelse.carry.name == found.name:
        ends = (lifter.written_out(v.code) for v in (then, found.term))
        if len(set(map(code.text, ends))) > 1:
            raise NotLiftable(f"{found.name} is set to something else than what it is compared to")
        form: Form = "max" if found.op.startswith("max") else "min"
        grown = updated(orelse, form, then)
        return replace(grown, carry=Carry(found.name, form, then, op="compared"))
    # Another variable that is set when the extremum moves: the index or item that goes with it.
    picked = (
        Carry(orelse.carry.name, "compared", found.term, then, f"pick {found.op}", of=found.name)
        if (orelse.carry)
        else None
    )
    return replace(orelse, carry=picked)


def _as_count(test: Value) -> Value:
    """A test to be added up: whole numbers that were made a test of are taken as they were."""
    match test.code:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(attr="cumprod")) as whole, attr="bool"
            )
        ):
            return replace(test, code=whole, dtype="int64")
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Attribute(attr="cumprod")) as turned, attr="flip"
                    )
                ),
                attr="bool",
            )
        ):  # in a sum their order does not matter
            return replace(test, code=turned, dtype="int64")
        case _:
            return replace(test, dtype="bool")


def _matrices(left: Value, right: Value) -> bool:
    return left.rank == right.rank == 2


def _term(lifter: Lifter, carry: Carry, op: ast.operator, right: Value) -> Value:
    if carry.term is None:
        return right if isinstance(op, ast.Add) else negated(right)
    return aligned_binary(lifter, carry.term, op, right)


def _times(lifter: Lifter, left: Value | None, op: ast.operator, right: Value) -> Value:
    if left is not None and code.integer(left.code) == -1:
        return negated(right if isinstance(op, ast.Mult) else _inverse(lifter, right))
    return aligned_binary(lifter, left or _ONE, op, right)


def _inverse(lifter: Lifter, value: Value) -> Value:
    return aligned_binary(lifter, _ONE, ast.Div(), value)
