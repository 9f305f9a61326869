"""Work on ``x.T`` done on ``x``: rows of a transposed matrix are its columns."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.ops.elementwise_names import UNARY

REDUCTIONS = {"sum", "mean", "amax", "amin", "std", "var", "logsumexp", "norm", "prod"}


def reduced_columns(node: ast.Call) -> ast.expr | None:
    """``x.T.mean(dim=1)`` as ``x.mean(dim=0)``; ``None`` for anything else."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(value=inner, attr="T"), attr=attr),
            args=args,
            keywords=keywords,
        ) if attr in REDUCTIONS and not any(k.arg == "keepdim" for k in keywords):
            flipped = [_flipped(k) for k in keywords]
            if None in flipped or not any(k.arg == "dim" for k in keywords):
                return None
            made = code.method(inner, attr, *args)
            made.keywords = [k for k in flipped if k is not None]
            return made
        case _:
            return None


def transposed(node: ast.expr) -> ast.expr | None:
    """Return the transpose of an element-wise expression of ``x.T``.

    ``None`` where it is none, or where that takes a transpose of its own.
    """
    return _transposed(node) if _is_of_columns(node) else None


def _is_of_columns(node: ast.expr) -> bool:
    """Whether some ``x.T`` gives the expression its shape."""
    match node:
        case ast.BinOp(left=left, right=right):
            return _is_of_columns(left) or _is_of_columns(right)
        case ast.UnaryOp(operand=operand):
            return _is_of_columns(operand)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in UNARY:
            return _is_of_columns(inner)
        case ast.Attribute(attr="T"):
            return True
        case _:
            return False


def _transposed(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Constant(value=int() | float()):
            return node
        case ast.Attribute(value=inner, attr="T"):
            return inner
        case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.MatMult):
            first, second = _transposed(left), _transposed(right)
            return None if first is None or second is None else code.binary(first, op, second)
        case ast.UnaryOp(op=op, operand=operand):
            inner_ = _transposed(operand)
            return None if inner_ is None else ast.UnaryOp(op, inner_)
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=[first, ast.Constant(None)])) if (
            code.is_full(first)
        ):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args, keywords=keywords):
            if attr in REDUCTIONS:
                return _reduced(node, inner, attr)
            if attr not in UNARY or args or not all(_is_number(k.value) for k in keywords):
                return None
            operand_ = _transposed(inner)
            if operand_ is None:
                return None
            return ast.Call(ast.Attribute(operand_, attr, ast.Load()), [], keywords)
        case _:
            return None


def _reduced(node: ast.Call, inner: ast.expr, attr: str) -> ast.expr | None:
    """``y.T.mean(dim=1, keepdim=True)`` as ``y.mean(dim=0)``."""
    kept = [k for k in node.keywords if k.arg == "keepdim"]
    if not kept or node.args or code.text(kept[0].value) != "True":
        return None
    operand = _transposed(inner)
    rest = [_flipped(k) for k in node.keywords if k.arg != "keepdim"]
    if operand is None or not any(k is not None and k.arg == "dim" for k in rest) or None in rest:
        return None
    return ast.Call(
        ast.Attribute(operand, attr, ast.Load()), [], [k for k in rest if k is not None]
    )


def _flipped(keyword: ast.keyword) -> ast.keyword | None:
    if keyword.arg != "dim":
        return keyword
    number = code.integer(keyword.value)
    return ast.keyword("dim", code.const(1 - number)) if number in (0, 1) else None


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or code.integer(node) is not None
