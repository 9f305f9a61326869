"""Values that are never negative: by their form, or as long as it is checked."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_NEVER = {"abs", "exp", "square", "softmax", "sigmoid", "relu", "sqrt", "rand"}


def assume_not_negative(lifter: Lifter, value: Value) -> bool:
    """Whether no element is negative; where that is not plain to see, the rewrite assumes it.

    Returns ``False`` where it cannot be said of what is known before the loop, too.
    """
    if _is_never(lifter.written_out(value.code)):
        return True
    if not lifter.fused or value.kind != "tensor":
        return False
    known = len(lifter.guards)
    lifter.assume(f"bool(({code.text(value.code)} >= 0).all())")
    return len(lifter.guards) > known


def _is_never(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=function):
            return dotted(function).rpartition(".")[2] in _NEVER or (
                isinstance(function, ast.Attribute) and function.attr in _NEVER
            )
        case ast.BinOp(op=ast.Pow(), right=right):
            power = code.integer(right)
            return power is not None and power % 2 == 0
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            return _is_never(left) and _is_never(right)
        case ast.Subscript(value=inner):
            return _is_never(inner)
        case _:
            return False
