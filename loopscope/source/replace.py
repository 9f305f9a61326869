"""Put one expression in the place of others."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable


def replace(
    node: ast.expr, is_wanted: Callable[[ast.expr], bool], replacement: ast.expr
) -> ast.expr:
    """Return a copy of ``node`` with ``replacement`` for every sub-expression that is wanted."""

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and is_wanted(node):
                return copy.deepcopy(replacement)
            return self.generic_visit(node)

    put = Put().visit(copy.deepcopy(node))
    assert isinstance(put, ast.expr)
    return put
