"""Expressions that read a tensor's size or type, not its values."""

from __future__ import annotations

import ast


def is_metadata(node: ast.expr) -> bool:
    """Whether an expression reads a tensor's size or type, not its values."""
    return measured(node) is not node


def measured(node: ast.expr) -> ast.expr:
    """Return what is measured; the expression itself where it is no measure."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[value]):
            return value
        case ast.Call(func=ast.Attribute(value=value, attr="size" | "dim" | "numel")):
            return value
        case ast.Attribute(value=value, attr="shape" | "dtype" | "device" | "ndim"):
            return value
        case ast.Subscript(value=ast.Attribute(value=value, attr="shape")):
            return value
        case _:
            return node
