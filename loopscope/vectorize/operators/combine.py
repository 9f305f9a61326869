"""Operators on any values: those that follow from a carried variable go their own way."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.carries.carried import carried_binary, carried_choice, carried_comparison
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import (
    aligned_binary,
    aligned_choice,
    aligned_comparison,
    aligned_logic,
)
from loopscope.vectorize.operators.batch_of_one import batch_again, items_alone
from loopscope.vectorize.operators.bin_masks import both_bound
from loopscope.vectorize.operators.domains import with_gradient
from loopscope.vectorize.value import Value


def combine(
    lifter: Lifter, left: Value, op: ast.operator, right: Value, node: ast.AST | None = None
) -> Value:
    """``left op right``, typed as ``node`` was seen."""
    if left.carry is not None or right.carry is not None:
        return carried_binary(lifter, left, op, right)
    left, right = with_gradient(lifter, type(op).__name__.lower(), (left, right))
    items = items_alone((left, right))
    if items is not None:
        return batch_again(aligned_binary(lifter, items[0], op, items[1], node), (left, right))
    return aligned_binary(lifter, left, op, right, node)


def choose(lifter: Lifter, test: Value, then: Value, orelse: Value) -> Value:
    """``torch.where(test, then, orelse)``, or a Python choice where the test is fixed."""
    if then == orelse:
        return then
    if any(v.carry is not None for v in (test, then, orelse)):
        return carried_choice(lifter, test, then, orelse)
    if then.parts is not None and orelse.parts is not None and not test.is_fixed:
        pairs = zip(then.parts, orelse.parts, strict=True)
        parts = tuple(choose(lifter, test, a, b) for a, b in pairs)
        return Value(then.code, parts=parts, kind="other")
    return aligned_choice(lifter, test, then, orelse)


def compare(lifter: Lifter, left: Value, op: ast.cmpop, right: Value) -> Value:
    """``left < right``."""
    if left.carry is not None or right.carry is not None:
        return carried_comparison(lifter, left, op, right)
    return aligned_comparison(lifter, left, op, right)


def logic(lifter: Lifter, left: Value, op: ast.operator, right: Value) -> Value:
    """``left and right`` or ``left or right``: ``op`` is ``&`` or ``|``."""
    if left.carry is not None or right.carry is not None:
        return carried_binary(lifter, left, op, right)
    value = aligned_logic(left, op, right)
    if isinstance(op, ast.BitAnd):
        return replace(value, selects=both_bound(lifter, left, right))
    return value
