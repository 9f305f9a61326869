"""Names that hold a tensor's size: ``n, d = x.shape``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from loopscope.source.loop import dotted
from loopscope.vectorize import code


def named_sizes(function: ast.AST) -> dict[str, tuple[str, int]]:
    """Return names that are set once, to a size, as tensor and dimension."""
    found: dict[str, tuple[str, int]] = {}
    stores = _stores(function)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=ast.Tuple(elts=values)):
                pairs = zip(elts, map(size_of, values), strict=False)
                found |= {e.id: s for e, s in pairs if isinstance(e, ast.Name) and s is not None}
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
                tensor = _shape_of(value)
                if tensor:
                    found |= {
                        e.id: (tensor, k) for k, e in enumerate(elts) if isinstance(e, ast.Name)
                    }
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                size = size_of(value)
                if size is not None:
                    found[name] = size
            case _:
                pass
    return {name: size for name, size in found.items() if stores[name] == 1}


def named_counts(function: ast.AST) -> dict[str, tuple[str, int, str]]:
    """Return names that are set once, to a size divided: ``n = x.shape[0] // g``."""
    sizes, stores = named_sizes(function), _stores(function)
    found: dict[str, tuple[str, int, str]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if stores[name] == 1:
                count = divided_size(value, sizes)
                if count is not None:
                    found[name] = count
            case _:
                pass
    return found


def divided_size(
    node: ast.expr, sizes: Mapping[str, tuple[str, int]]
) -> tuple[str, int, str] | None:
    """``x.shape[0] // g`` as tensor, dimension and divisor."""
    match node:
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            size = sizes.get(dotted(left)) or size_of(left)
            return (*size, code.text(right)) if size is not None else None
        case _:
            return None


def _stores(function: ast.AST) -> Counter[str]:
    return Counter(
        n.id
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )


def _shape_of(node: ast.expr) -> str:
    match node:
        case ast.Attribute(value=value, attr="shape"):
            return dotted(value)
        case ast.Call(func=ast.Attribute(value=value, attr="size"), args=[]):
            return dotted(value)
        case _:
            return ""


def size_of(node: ast.expr) -> tuple[str, int] | None:
    """``len(x)``, ``x.shape[0]`` or ``x.size(0)`` as tensor and dimension; ``x`` is a name."""
    number: int | None
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[value]):
            number = 0
        case ast.Subscript(value=ast.Attribute(value=value, attr="shape"), slice=index):
            number = code.integer(index)
        case ast.Call(func=ast.Attribute(value=value, attr="size"), args=[index]):
            number = code.integer(index)
        case _:
            return None
    if number is None or number < 0 or not dotted(value):
        return None
    return dotted(value), number
