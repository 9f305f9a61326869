"""Dimensions of one that are added and taken away: ``f(x).unsqueeze(1)[:, 0]`` is ``f(x)``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def squeezed_again(node: ast.Call) -> ast.expr | None:
    """``x`` of ``x.unsqueeze(1).squeeze(1)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=added, attr="squeeze"), args=[dim], keywords=[]):
            number = code.integer(dim)
            inner = added if number is None else code.squeezed(added, number)
            return None if inner is added else inner
        case _:
            return None


def first_of_one(node: ast.Subscript) -> ast.expr | None:
    """``x[:, k]`` of ``x.unsqueeze(1)[:, 0, k]``."""
    index = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    count = next((k for k, part in enumerate(index) if not code.is_full(part)), 0)
    inner = code.squeezed(node.value, count)
    if inner is node.value or code.integer(index[count]) != 0 or isinstance(node.ctx, ast.Store):
        return None
    rest = [*index[:count], *index[count + 1 :]]
    return code.subscript(inner, rest)
