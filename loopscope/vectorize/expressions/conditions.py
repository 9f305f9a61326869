"""Tests: comparisons and what joins them."""

from __future__ import annotations

import ast
from contextlib import ExitStack
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.expressions.groups_of_unique import group_of_unique
from loopscope.vectorize.groups.membership import is_member
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.negated import negated
from loopscope.vectorize.operators.combine import compare, logic
from loopscope.vectorize.under_test import under_test
from loopscope.vectorize.value import NotLiftable, Value, whole_number

_COMPARED = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def lift_condition(lifter: Lifter, node: ast.expr) -> Value:
    """Lift a test: a boolean value."""
    value = lifter.lift(node)
    if value.ragged:
        return _is_filled(lifter, value)
    if value.axes and value.dtype not in ("bool", "") and not _is_test(node):
        return replace(
            value, code=ast.Compare(value.code, [ast.NotEq()], [code.const(0)]), dtype="bool"
        )
    return value


def _is_filled(lifter: Lifter, items: Value) -> Value:
    """``if items:`` of a list that differs in length: it is not empty."""
    if not items.python:
        raise NotLiftable("a test of items that differ in size")
    sizes = batched_op(lifter, Call("len", "builtin", [items], {}, None, None))
    return compare(lifter, sizes, ast.Gt(), whole_number(code.const(0)))


def lift_comparison(lifter: Lifter, node: ast.Compare) -> Value:
    """``a < b``, and ``a < b < c``."""
    values = [lifter.lift(v) for v in (node.left, *node.comparators)]
    if all(v.is_fixed for v in values):
        left, *rest = (v.code for v in values)
        return lifter.typed(node, ast.Compare(left, node.ops, rest))
    if len(values) == 2 and isinstance(node.ops[0], ast.In | ast.NotIn):
        return is_member(lifter, node, values[0])
    nothing = values[0].nothing
    if nothing is not None and isinstance(node.ops[0], ast.Is | ast.IsNot):
        return nothing if isinstance(node.ops[0], ast.Is) else negated(nothing)
    if not all(isinstance(op, _COMPARED) for op in node.ops):
        raise NotLiftable(f"{code.text(node)} is not understood")
    operands = zip(values, node.ops, values[1:], strict=False)
    pairs = [compare(lifter, a, op, b) for a, op, b in operands]
    found = pairs[0]
    if len(values) == 2:
        return group_of_unique(lifter, node.ops[0], values[0], values[1], found)
    for pair in pairs[1:]:
        found = logic(lifter, found, ast.BitAnd(), pair)
    return found


def lift_bool(lifter: Lifter, node: ast.BoolOp) -> Value:
    """``a and b``."""
    values = _in_turn(lifter, node)
    if all(v.is_fixed for v in values):
        return lifter.typed(node, ast.BoolOp(node.op, [v.code for v in values]))
    op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
    found = values[0]
    for value in values[1:]:
        found = logic(lifter, found, op, value)
    return found


def _in_turn(lifter: Lifter, node: ast.BoolOp) -> list[Value]:
    """Each operand where those before it leave it to decide."""
    values: list[Value] = []
    with ExitStack() as before:
        for operand in node.values:
            values.append(lift_condition(lifter, operand))
            decides = negated(values[-1]) if isinstance(node.op, ast.Or) else values[-1]
            before.enter_context(under_test(lifter, decides))
    return values


def _is_test(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )
