"""Names that an expression sets, set before it: ``if (n := v.norm()) > 1:``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import COMPREHENSIONS
from loopscope.vectorize.names import count_uses


def without_named_expressions(statement: ast.stmt) -> None:
    """Put them in front of the statement that holds them, where it sets them in any case."""
    _InFront().visit(statement)


class _InFront(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> list[ast.stmt]:
        self.generic_visit(node)
        return [*self._taken(node, "test"), node]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return [*self._taken(node, "value"), node]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        return [*self._taken(node, "value"), node]

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        return [*self._taken(node, "value"), node]

    def _taken(self, statement: ast.stmt, field: str) -> list[ast.stmt]:
        value: ast.expr = getattr(statement, field)
        made: list[ast.stmt] = []
        while (found := next(_set_in_any_case(value), None)) is not None:
            name = ast.Name(found.target.id, ast.Load())
            if found.target.id in count_uses(found.value):
                return made
            made.append(ast.Assign([ast.Name(found.target.id, ast.Store())], found.value))
            value = _Put(found, name).visit(value)
        setattr(statement, field, value)
        return [ast.fix_missing_locations(ast.copy_location(s, statement)) for s in made]


def _set_in_any_case(node: ast.AST) -> Iterator[ast.NamedExpr]:
    """Yield those that no short-circuit leaves out, the innermost first."""
    match node:
        case ast.BoolOp(values=[first, *_]):
            yield from _set_in_any_case(first)
        case ast.IfExp(test=test):
            yield from _set_in_any_case(test)
        case ast.Lambda():
            return
        case _ if isinstance(node, COMPREHENSIONS):
            return
        case _:
            for inner in ast.iter_child_nodes(node):
                yield from _set_in_any_case(inner)
            if isinstance(node, ast.NamedExpr):
                yield node


class _Put(ast.NodeTransformer):
    def __init__(self, found: ast.NamedExpr, name: ast.Name) -> None:
        self.found, self.name = found, name

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        if node is self.found:
            return ast.copy_location(self.name, node)
        self.generic_visit(node)
        return node
