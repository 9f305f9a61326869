"""Methods that change a tensor by another."""

from __future__ import annotations

import ast


def innermost(node: ast.expr) -> ast.expr:
    """What a chain of changes begins with: ``x[i]`` of ``x[i].sub_(m).div_(s)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr.endswith(
            "_"
        ) and not attr.endswith("__"):
            return innermost(inner)
        case _:
            return node


IN_PLACE = {"add_": ast.Add(), "sub_": ast.Sub(), "mul_": ast.Mult(), "div_": ast.Div()}
