"""Expressions of a loop's body: each gets the code that computes all iterations at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize.expressions.arithmetic import lift_binary, lift_unary
from loopscope.vectorize.expressions.calls import lift_call
from loopscope.vectorize.expressions.comprehensions import lift_comprehension
from loopscope.vectorize.expressions.conditions import lift_bool, lift_comparison, lift_condition
from loopscope.vectorize.expressions.first_index import lift_first_index
from loopscope.vectorize.expressions.metadata import is_metadata, measured
from loopscope.vectorize.expressions.names import lift_attribute, lift_fixed, lift_name
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.negated import negated
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.subscripts.lift_subscript import lift_subscript
from loopscope.vectorize.under_test import under_test
from loopscope.vectorize.value import ListValue, Value


def lift_expression(lifter: Lifter, node: ast.expr) -> Value:
    """Return the value of an expression over all iterations.

    Raises:
        NotLiftable: It has no form that we know.
    """
    if is_metadata(node) and dotted(measured(node)) in lifter.written:
        return lifter.typed(node, node)
    if isinstance(node, ast.Subscript | ast.Call):
        first = lift_first_index(lifter, node)
        if first is not None:
            return first
    match node:
        case ast.Constant():
            return Value(node, kind="number", dtype=type(node.value).__name__)
        case ast.Name():
            return lift_name(lifter, node)
        case ast.BinOp():
            return lift_binary(lifter, node)
        case ast.UnaryOp():
            return lift_unary(lifter, node)
        case ast.Compare():
            return lift_comparison(lifter, node)
        case ast.BoolOp():
            return lift_bool(lifter, node)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition = lift_condition(lifter, test)
            with under_test(lifter, condition):
                then = lifter.lift(body)
            with under_test(lifter, negated(condition)):
                return choose(lifter, condition, then, lifter.lift(orelse))
        case ast.Subscript():
            return lift_subscript(lifter, node)
        case ast.Attribute():
            return lift_attribute(lifter, node)
        case ast.Call():
            return lift_call(lifter, node)
        case ast.List(elts=[]):
            return Value(node, kind="other", list_of=ListValue())
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return _sequence(lifter, node, [lifter.lift(e) for e in elts])
        case ast.ListComp() | ast.GeneratorExp():
            return lift_comprehension(lifter, node)
        case _:
            return lift_fixed(lifter, node)


def _sequence(lifter: Lifter, node: ast.Tuple | ast.List, values: list[Value]) -> Value:
    made = type(node)(elts=[v.code for v in values], ctx=ast.Load())
    fixed = all(v.is_fixed and v.list_of is None for v in values)
    return (
        Value(made, kind="other", parts=tuple(values))
        if not fixed
        else replace(lifter.typed(node, made), parts=tuple(values))
    )
