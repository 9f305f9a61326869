"""An expression in the place of a name."""

from __future__ import annotations

import ast
import copy
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)


def put_in_place(name: str, value: ast.expr, node: Node) -> Node:
    """Return the code with copies of the value wherever the name is read."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, found: ast.Name) -> ast.expr:
            is_read = found.id == name and isinstance(found.ctx, ast.Load)
            return copy.deepcopy(value) if is_read else found

    return cast("Node", Put().visit(copy.deepcopy(node)))
