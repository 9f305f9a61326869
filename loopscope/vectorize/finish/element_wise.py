"""What an element-wise expression works on."""

from __future__ import annotations

import ast
from collections.abc import Callable

from loopscope.vectorize import code
from loopscope.vectorize.ops.elementwise_names import UNARY

Change = Callable[[ast.expr], ast.expr | None]


def with_operands(node: ast.expr, change: Change) -> ast.expr | None:
    """Return element-wise work on changed operands; numbers stay.

    ``None`` where ``change`` gives it for one of the operands.
    """
    match node:
        case ast.Constant(value=int() | float()):
            return node
        case ast.UnaryOp(op=op, operand=operand):
            inner = with_operands(operand, change)
            return None if inner is None else ast.UnaryOp(op, inner)
        case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.MatMult):
            first, second = with_operands(left, change), with_operands(right, change)
            return None if first is None or second is None else code.binary(first, op, second)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="torch"), attr=attr), args=[operand], keywords=[]
        ) if attr in UNARY:
            inner = with_operands(operand, change)
            return None if inner is None else code.call(f"torch.{attr}", inner)
        case ast.Call(func=ast.Attribute(value=operand, attr=attr), args=[], keywords=[]) if (
            attr in UNARY
        ):
            inner = with_operands(operand, change)
            return None if inner is None else code.method(inner, attr)
        case ast.Call(
            func=ast.Attribute(value=operand, attr="to"),
            args=[ast.Attribute(value=ast.Name(id="torch")) as dtype],
            keywords=[],
        ):
            inner = with_operands(operand, change)
            return None if inner is None else code.method(inner, "to", dtype)
        case _:
            return change(node)
