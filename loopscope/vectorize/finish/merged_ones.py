"""Dimensions of size one that are added and merged again: ``(x[:, None] * 2).flatten(0, 1)``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.finish.element_wise import with_operands


def without_merged_one(node: ast.Call) -> ast.expr | None:
    """Return element-wise work without such a dimension; ``None`` where there is none."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=work, attr="flatten"), args=[first, last], keywords=[]
        ) if not isinstance(work, ast.Subscript | ast.Constant):
            start = code.integer(first)
            if start is None or start < 0 or code.integer(last) != start + 1:
                return None
            tensors = {code.text(n) for n in ast.walk(work) if isinstance(n, ast.Subscript)}
            if len(tensors) != 1:  # of fewer dimensions, the other one lines up elsewhere
                return None
            return with_operands(work, lambda operand: _without_one(operand, start + 1))
        case _:
            return None


def _without_one(node: ast.expr, at: int) -> ast.expr | None:
    match node:
        case ast.Subscript(value=whole, slice=ast.Tuple(elts=elts)) if len(elts) == at + 1:
            *before, added = elts
            plain = all(map(code.is_full, before)) and code.text(added) == "None"
            return whole if plain else None
        case _:
            return None
