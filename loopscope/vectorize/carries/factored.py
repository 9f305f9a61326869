"""Numbers that all terms of a sum are multiplied by: ``0.1 * x.sum()`` of ``(0.1 * x).sum()``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.value import Value

Put = Callable[[ast.expr], ast.expr]
_WIDE = ("float32", "float64")  # the sum of what is not made smaller yet must not overflow


def factored(lifter: Lifter, term: Value) -> tuple[Value, Put] | None:
    """Return the term without its factor and what puts it to the sum; ``None`` without one."""
    parts = _parted(lifter, term.code) if term.dtype in _WIDE else None
    if parts is None:
        return None
    inner, put = parts
    return replace(term, code=inner, factors=None, fill=None), put


def _parted(lifter: Lifter, node: ast.expr) -> tuple[ast.expr, Put] | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return inner, lambda made: ast.UnaryOp(ast.USub(), made)
        case ast.BinOp(left=number, op=ast.Mult(), right=inner) if _is_number(lifter, number):
            return inner, lambda made: code.binary(number, ast.Mult(), made)
        case ast.BinOp(left=inner, op=ast.Mult() | ast.Div() as op, right=number) if _is_number(
            lifter, number
        ):
            return inner, lambda made: code.binary(made, op, number)
        case ast.Call(args=[test, chosen, ast.Constant(value=0) as other], keywords=[]) if (
            code.text(node.func) == "torch.where"
        ):
            parts = _parted(lifter, chosen)
            return parts and (code.call("torch.where", test, parts[0], other), parts[1])
        case _:
            return None


def _is_number(lifter: Lifter, node: ast.expr) -> bool:
    """Whether code is a Python number that the loop does not set."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _is_number(lifter, inner)
        case ast.Constant(value=value):
            return isinstance(value, int | float)
        case _:
            pass
    name, seen = dotted(node), lifter.loaded.get(dotted(node))
    if seen is None or seen.kind != "number" or seen.mixed or name in lifter.made:
        return False
    return lifter.outermost is not None and name not in assigned_names([lifter.outermost])
