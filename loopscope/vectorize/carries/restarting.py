"""Updates of a variable that is made anew where a test holds: ``if done[t]: total = 0``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.update import negated
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import aligned_binary
from loopscope.vectorize.value import Carry, NotLiftable, Value, whole_number

_ONE = whole_number(code.const(1))
_LINEAR = ("add", "mul", "affine")


def restarted_first(
    lifter: Lifter, value: Value, carry: Carry, op: ast.operator, right: Value
) -> Value:
    """``op`` on what was made anew before: ``if done[t]: total = 0``, then ``total += x[t]``.

    Raises:
        NotLiftable: It was made anew instead.
    """
    anew = carry.term if carry.form == "latest" else carry.first
    term = None if carry.form == "latest" else carry.term
    if anew is None or carry.op == "instead" or right.ragged:
        raise NotLiftable(f"{carry.name} is updated after it was made anew")
    scale = carry.scale
    if isinstance(op, ast.Mult | ast.Div):
        scale = right if scale is None else aligned_binary(lifter, scale, op, right)
        if term is None and isinstance(op, ast.Div):
            scale = aligned_binary(lifter, _ONE, op, right)
        term = None if term is None else aligned_binary(lifter, term, op, right)
    elif term is None:
        term = right if isinstance(op, ast.Add) else negated(right)
    else:
        term = aligned_binary(lifter, term, op, right)
    made = Carry(carry.name, "restart", term, scale, "before", carry.test, anew)
    kept = term or anew
    return replace(value, carry=made, rank=max(value.rank, kept.rank), dtype=kept.dtype)


def restarted_last(test: Value, then: Value, orelse: Value) -> Value:
    """``streak + 1 if hit[i] else 0``.

    Raises:
        NotLiftable: Neither branch makes it anew, or the other is no linear update.
    """
    update, anew = then, orelse
    if then.carry is None:
        update, anew = orelse, then
    else:
        test = replace(test, code=code.inverted(test.code))
    carry = update.carry
    plain = anew.kind in ("number", "tensor") and anew.list_of is None and not anew.ragged
    if carry is None or anew.carry is not None or carry.form not in _LINEAR or not plain:
        raise NotLiftable("a branch sets a carried variable to something else")
    if carry.test is not None or carry.first is not None:
        raise NotLiftable(f"{carry.name} is made anew and updated under tests of their own")
    scale = carry.term if carry.form == "mul" else carry.scale
    term = None if carry.form == "mul" else carry.term
    made = Carry(carry.name, "restart", term, scale, "instead", test, anew)
    return replace(update, carry=made)
