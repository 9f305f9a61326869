"""Negations moved outwards, where they become a difference: both signs are rounded alike."""

from __future__ import annotations

import ast
from typing import TypeVar

from loopscope.vectorize import code

_Sum = TypeVar("_Sum", ast.BinOp, ast.AugAssign)
_OF_SUMS = ("sum", "mean")


def negated_after(node: ast.Call) -> ast.UnaryOp | None:
    """``-x.sum()`` of ``(-x).sum()``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.UnaryOp(op=ast.USub(), operand=inner), attr=attr)
        ) if attr in _OF_SUMS:
            made = ast.Call(code.attribute_of(inner, attr), node.args, node.keywords)
            return ast.UnaryOp(op=ast.USub(), operand=made)
        case _:
            return None


def subtracted(node: _Sum) -> _Sum:
    """``a - b`` of ``a + -b``; ``a -= b`` of ``a += -b``."""
    side = "value" if isinstance(node, ast.AugAssign) else "right"
    match getattr(node, side), node.op:
        case ast.UnaryOp(op=ast.USub(), operand=inner), ast.Add() | ast.Sub():
            if code.integer(inner) is None:
                setattr(node, side, inner)
                node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        case _:
            pass
    return node
