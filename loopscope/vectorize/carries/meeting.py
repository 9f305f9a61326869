"""A carried variable that is added to itself: ``mean + (x - mean) / count``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.carries.update import negated, updated
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import aligned_binary
from loopscope.vectorize.value import Carry, NotLiftable, Value, whole_number

_ONE = whole_number(code.const(1))


def meeting(
    lifter: Lifter, left: Value, first: Carry, op: ast.operator, right: Value, second: Carry
) -> Value:
    """Return the sum of two affine functions of one variable, another one.

    Raises:
        NotLiftable: They are of two variables, or not affine, or not added.
    """
    parts = _affine(first), _affine(second)
    if first.name != second.name or not isinstance(op, ast.Add | ast.Sub) or None in parts:
        raise NotLiftable(f"{first.name} meets itself in one iteration")
    (scale, term), (other_scale, other_term) = (p for p in parts if p is not None)
    if isinstance(op, ast.Sub):
        other_scale = negated(other_scale)
        other_term = None if other_term is None else negated(other_term)
    whole = _plus(lifter, scale, other_scale)
    if term is None or other_term is None:
        total = term or other_term
    else:
        total = _plus(lifter, term, other_term)
    return updated(left, "mul", whole) if total is None else updated(left, "affine", total, whole)


def _affine(carry: Carry) -> tuple[Value, Value | None] | None:
    """Factor and summand of what was made of a variable."""
    if carry.test is not None or carry.of:
        return None
    match carry.form:
        case "keep":
            return _ONE, None
        case "add" if carry.term is not None:
            return _ONE, carry.term
        case "mul" if carry.term is not None:
            return carry.term, None
        case "affine" if carry.term is not None and carry.scale is not None:
            return carry.scale, carry.term
        case _:
            return None


def _plus(lifter: Lifter, left: Value, right: Value) -> Value:
    if isinstance(right.code, ast.UnaryOp) and isinstance(right.code.op, ast.USub):
        return aligned_binary(lifter, left, ast.Sub(), negated(right))
    return aligned_binary(lifter, left, ast.Add(), right)
