"""Code that computes in float64 where it names a narrower dtype."""

from __future__ import annotations

import ast

_DTYPES = {"float", "float32", "half", "float16", "bfloat16"}
_METHODS = {"float", "half", "bfloat16"}


def in_float64(tree: ast.Module) -> ast.Module | None:
    """Write ``torch.float64`` for ``torch.float32`` and ``.double()`` for ``.float()``, in place.

    ``None`` where the code names no such dtype.
    """
    widen = _Widen()
    widen.visit(tree)
    return ast.fix_missing_locations(tree) if widen.found else None


class _Widen(ast.NodeTransformer):
    def __init__(self) -> None:
        self.found = False

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Attribute(value=ast.Name(id="torch"), attr=attr):
                wide = "float64" if attr in _DTYPES else attr
            case ast.Attribute(attr=attr):
                wide = "double" if attr in _METHODS else attr
        self.found |= wide != node.attr
        node.attr = wide
        return node
