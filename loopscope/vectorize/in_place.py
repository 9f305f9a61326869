"""Methods that change a tensor by another."""

from __future__ import annotations

import ast


def is_in_place(method: str) -> bool:
    """Whether a method changes its tensor, as PyTorch names those: ``add_``."""
    return method.endswith("_") and not method.endswith("__")


def innermost(node: ast.expr) -> ast.expr:
    """What a chain of changes begins with: ``x[i]`` of ``x[i].sub_(m).div_(s)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if is_in_place(attr):
            return innermost(inner)
        case _:
            return node


IN_PLACE = {"add_": ast.Add(), "sub_": ast.Sub(), "mul_": ast.Mult(), "div_": ast.Div()}
