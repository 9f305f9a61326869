"""Names that hold a tensor's size: ``n, d = x.shape``."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code


def named_sizes(function: ast.AST) -> dict[str, tuple[str, int]]:
    """Return names that are set once, to a size, as tensor and dimension."""
    found: dict[str, tuple[str, int]] = {}
    stores: dict[str, int] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stores[node.id] = stores.get(node.id, 0) + 1
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
                tensor = _shape_of(value)
                if tensor:
                    found |= {
                        e.id: (tensor, k) for k, e in enumerate(elts) if isinstance(e, ast.Name)
                    }
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                size = _size_of(value)
                if size is not None:
                    found[name] = size
            case _:
                pass
    return {name: size for name, size in found.items() if stores.get(name) == 1}


def _shape_of(node: ast.expr) -> str:
    match node:
        case ast.Attribute(value=value, attr="shape"):
            return dotted(value)
        case ast.Call(func=ast.Attribute(value=value, attr="size"), args=[]):
            return dotted(value)
        case _:
            return ""


def _size_of(node: ast.expr) -> tuple[str, int] | None:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[value]) if dotted(value):
            return dotted(value), 0
        case ast.Subscript(value=ast.Attribute(value=value, attr="shape"), slice=index):
            number = code.integer(index)
            return (dotted(value), number) if number is not None and number >= 0 else None
        case ast.Call(func=ast.Attribute(value=value, attr="size"), args=[index]):
            number = code.integer(index)
            return (dotted(value), number) if number is not None and number >= 0 else None
        case _:
            return None
