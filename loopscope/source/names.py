"""The names in a piece of source."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted


def names_in(node: ast.AST) -> list[str]:
    """Return every name and dotted name: ``torch.tanh(x)`` gives torch.tanh, torch and x."""
    return [
        d for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute) and (d := dotted(n))
    ]


def bound_names(node: ast.AST) -> set[str]:
    """Return every plain name that is set in it, by headers too."""
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def last_name(func: ast.expr) -> str:
    """Return ``sum`` of ``x.sum``, ``f`` of ``f``; ``""`` where there is no name at the end."""
    match func:
        case ast.Attribute(attr=attr):
            return attr
        case ast.Name(id=name):
            return name
        case _:
            return ""


def root_name(node: ast.expr) -> str:
    """Return the name that subscripts, calls and attributes start from: ``x`` of ``x[i].T``."""
    while isinstance(node, ast.Subscript | ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
