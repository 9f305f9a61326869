"""How many sorted edges are passed before one is large enough."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value


def as_bins(lifter: Lifter, form: str, term: Value, axis: Axis) -> ast.expr | None:
    """``(x[:, None] > edges).cumprod(1).sum(1)`` of sorted edges is ``torch.bucketize``."""
    if form != "add" or term.rank or term.axes[-1:] != (axis,):
        return None
    match term.code:
        case ast.Call(func=ast.Attribute(value=test, attr="cumprod"), args=[]):
            found = _passed(test)
        case _:
            return None
    if found is None:
        return None
    values, edges, equal_too = found
    one, other = lifter.loaded.get(dotted(values)), lifter.loaded.get(dotted(edges))
    if one is None or other is None or one.kind != "tensor" or other.kind != "tensor":
        return None
    if other.rank != 1 or one.rank != len(term.axes) - 1 or one.dtype != other.dtype:
        return None
    text = code.text(edges)
    lifter.assume(f"bool(({text}[1:] >= {text}[:-1]).all())")
    lifter.used_ops += ["torch.bucketize", "torch.searchsorted"]
    right = {"right": True} if equal_too else {}
    return code.call("torch.bucketize", values, edges, **right)


def _passed(test: ast.expr) -> tuple[ast.expr, ast.expr, bool] | None:
    """Values, edges, and whether an edge that equals the value is passed."""
    match test:
        case ast.UnaryOp(
            op=ast.Invert(), operand=ast.Compare(ops=[op], comparators=[right]) as it
        ):
            stops = True
        case ast.Compare(ops=[op], comparators=[right]) as it:
            stops = False
        case _:
            return None
    left, up = it.left, isinstance(op, ast.Gt | ast.GtE)  # value > edge
    if not isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        return None
    values, edges = _spread(left), right
    if values is None:
        values, edges, up = _spread(right), left, not up
    if values is None or up == stops:
        return None
    return values, edges, isinstance(op, ast.GtE | ast.LtE) != stops


def _spread(node: ast.expr) -> ast.expr | None:
    """``x`` of ``x[:, None]``."""
    match node:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[*full, ast.Constant(value=None)])):
            return value if all(code.is_full(f) for f in full) else None
        case _:
            return None
