"""Sizes of views, read of the tensor that they are views of."""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def view_size(value: ast.expr, dim: int) -> ast.expr:
    """``x.shape[1]`` for dimension 2 of ``x.transpose(1, 2)``."""
    found = _of_view(value, dim)
    if found is None:
        return code.subscript(code.attribute_of(value, "shape"), [code.const(dim)])
    return view_size(*found)


def _of_view(value: ast.expr, dim: int) -> tuple[ast.expr, int] | None:
    """What a tensor is a view of, and which of its dimensions that one is."""
    match value:
        case ast.Call(
            func=ast.Attribute(value=whole, attr="transpose" | "swapaxes"), args=[one, other]
        ):
            first, second = code.integer(one), code.integer(other)
            if first is None or second is None or first < 0 or second < 0:
                return None
            return whole, {first: second, second: first}.get(dim, dim)
        case ast.Call(func=ast.Attribute(value=whole, attr="movedim"), args=[one, other]):
            source, target = code.integer(one), code.integer(other)
            if source is None or target is None or source < 0 or target < 0:
                return None
            rest = [k for k in range(max(source, target, dim) + 1) if k != source]
            return whole, [*rest[:target], source, *rest[target:]][dim]
        case ast.Subscript(value=whole, slice=index):
            taken = _of_subscript(index, dim)
            return None if taken is None else (whole, taken)
        case _:
            return None


def _of_subscript(index: ast.expr, dim: int) -> int | None:
    """Dimension of the whole that is ``dim`` of what a subscript takes, and is whole in it."""
    at = of = 0
    for part in index.elts if isinstance(index, ast.Tuple) else [index]:
        if isinstance(part, ast.Slice):
            if at == dim:
                return of if code.is_full(part) else None
            at, of = at + 1, of + 1
        elif isinstance(part, ast.Constant) and part.value is None:
            if at == dim:
                return None
            at += 1
        elif code.integer(part) is not None:
            of += 1
        else:
            return None
    return of + dim - at
