"""How often a test holds where another does: ``(a & b).sum()``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.negated import negated_test


def without_choice(node: ast.Call) -> ast.expr | None:
    """Return ``(a & b).sum()`` for ``torch.where(a, b, 0).sum()``; ``None`` for anything else."""
    match node:
        case ast.Call(func=ast.Attribute(value=chosen, attr="sum")):
            both = _both(chosen)
            if both is None:
                return None
            function = ast.Attribute(value=both, attr="sum", ctx=ast.Load())
            return ast.Call(func=function, args=node.args, keywords=node.keywords)
        case _:
            return None


def _both(chosen: ast.expr) -> ast.expr | None:
    """The tests that hold where a choice between a test and nothing is true."""
    match chosen:
        case ast.Call(args=[test, then, orelse]) if code.text(chosen.func) == "torch.where":
            pass
        case _:
            return None
    if code.integer(orelse) == 0:
        first, second = test, then
    elif code.integer(then) == 0:
        first, second = negated_test(test), orelse
    else:
        return None
    second = _both(second) or second
    if not _is_test(second):
        return None
    match second:
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):  # a & b & c, without parentheses
            return ast.BinOp(ast.BinOp(first, ast.BitAnd(), left), ast.BitAnd(), right)
        case _:
            return ast.BinOp(first, ast.BitAnd(), second)


def _is_test(node: ast.expr) -> bool:
    match node:
        case ast.Compare():
            return True
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            return _is_test(left) and _is_test(right)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return _is_test(operand)
        case _:
            return False
