"""Numbers for expressions, so that what was seen of each can be told."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable

from loopscope.source.keyed_names import key, owner

NUMBER = "_seen_number"  # attribute of a node: its place in what was observed


def number_expressions(trees: Iterable[ast.AST]) -> None:
    """Give every expression a number."""
    count = 0
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                setattr(node, NUMBER, count)
                count += 1


def as_written(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return copies that can be run, with the numbers of their expressions."""
    return [_AsWritten().visit(s) for s in copy.deepcopy(statements)]


class _AsWritten(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not owner(node.id):
            return node
        held, index = ast.Name(owner(node.id), ast.Load()), ast.Constant(key(node.id))
        made = ast.Subscript(value=held, slice=index, ctx=node.ctx)
        if hasattr(node, NUMBER):
            setattr(made, NUMBER, getattr(node, NUMBER))
        return ast.copy_location(made, node)
