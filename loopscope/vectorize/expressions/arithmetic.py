"""Arithmetic as it stands in the body."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.carried import carried_binary
from loopscope.vectorize.carries.turning import negated_flag
from loopscope.vectorize.counters import with_distance
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.groups.row_tests import inverted_test
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.operators.separable import summands, with_summands
from loopscope.vectorize.value import NotLiftable, Value, whole_number


def lift_binary(lifter: Lifter, node: ast.BinOp) -> Value:
    """``a + b``."""
    left, right = lifter.lift(node.left), lifter.lift(node.right)
    if left.is_fixed and right.is_fixed:
        made = code.binary(left.code, node.op, right.code)
        if lifter.what(node) is None and left.kind == right.kind == "number":
            dtype = "float" if "float" in (left.dtype, right.dtype) else left.dtype
            return Value(made, kind="number", dtype=dtype)
        return lifter.typed(node, made)
    if left.list_of is not None or right.list_of is not None:
        raise NotLiftable("arithmetic on lists")
    return with_distance(combine(lifter, left, node.op, right, node), left, node.op, right)


def lift_unary(lifter: Lifter, node: ast.UnaryOp) -> Value:
    """``-a`` and ``not a``."""
    value = lifter.lift(node.operand)
    if value.is_fixed:
        return lifter.typed(node, ast.UnaryOp(op=node.op, operand=value.code))
    match node.op:
        case ast.Not():
            value = lift_condition(lifter, node.operand)
            return negated_flag(value) or inverted_test(value)
        case ast.Invert() if value.dtype == "bool":
            return inverted_test(replace(value, fill=None))
        case ast.USub() if value.counter is not None and value.counter.also is None:
            counter = value.counter
            moved = replace(counter, offset=-counter.offset, sign=-counter.sign)
            return replace(value, code=ast.UnaryOp(op=node.op, operand=value.code), counter=moved)
        case ast.USub() if value.carry is not None:
            minus = whole_number(code.const(-1))
            return carried_binary(lifter, minus, ast.Mult(), value)
        case _:
            made = ast.UnaryOp(op=node.op, operand=value.code)
            terms = summands(value) if isinstance(node.op, ast.USub) else None
            value = replace(value, code=made, fill=None, factors=None, counter=None)
            return with_summands(value, terms and (_minus(terms[0]), _minus(terms[1])))


def _minus(value: Value) -> Value:
    return replace(value, code=ast.UnaryOp(ast.USub(), value.code), counter=None, fill=None)
