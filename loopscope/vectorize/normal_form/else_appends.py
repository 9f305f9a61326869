"""``out.append(j)`` before a ``break``, and ``out.append(-1)`` in the loop's ``else``: one append.

What is appended gets a name: that of the ``else`` at first, the other's where a test holds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names, count_uses


def with_one_append(statement: ast.stmt, fresh: Callable[[str], str]) -> None:
    """Append what such inner loops find behind them, in place.

    Args:
        statement: The loop around them.
        fresh: Makes a name that nothing uses yet.
    """
    _Appends(fresh).generic_visit(statement)


class _Appends(ast.NodeTransformer):
    def __init__(self, fresh: Callable[[str], str]) -> None:
        self._fresh = fresh

    def visit_For(self, node: ast.For) -> ast.For | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.For(
                body=[*before, ast.If(body=[*first, found, ast.Break()], orelse=[]) as branch],
                orelse=[missed],
            ):
                here, there = _appended(found), _appended(missed)
            case _:
                return node
        if here is None or there is None or here[0] != there[0]:
            return node
        others = [*before, *first]
        leaves = any(isinstance(n, ast.Break) for s in others for n in ast.walk(s))
        changes = {*count_uses(there[1])} & {*assigned_names([node])}
        if leaves or changes or any(here[0] in count_uses(s) for s in others):
            return node
        item = self._fresh("item")
        begun = code.assignment(item, there[1])
        branch.body = [*first, code.assignment(item, here[1]), ast.Break()]
        node.orelse = []
        append = ast.Expr(code.method(code.name(here[0]), "append", code.name(item)))
        made = [begun, node, append]
        return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in made]


def _appended(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The list and the item of an ``append``."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[item])
        ):
            return name, item
        case _:
            return None
