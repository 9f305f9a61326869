"""Numbers for expressions, so that what was seen of each can be told."""

from __future__ import annotations

import ast
from collections.abc import Iterable

NUMBER = "_seen_number"  # attribute of a node: its place in what was observed


def number_expressions(trees: Iterable[ast.AST]) -> None:
    """Give every expression a number."""
    count = 0
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                setattr(node, NUMBER, count)
                count += 1
