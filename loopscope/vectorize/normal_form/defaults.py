"""``d[k] if k in d else c`` is ``d.get(k, c)``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def with_get(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements in which a look-up under its own test is written with ``get``."""
    return [_WithGet().visit(s) for s in statements]


class _WithGet(ast.NodeTransformer):
    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return _get(node.test, node.body, node.orelse) or node

    def visit_If(self, node: ast.If) -> ast.stmt:
        self.generic_visit(node)
        match node.body, node.orelse:
            case (
                [ast.Assign(targets=[target], value=found)],
                [ast.Assign(targets=[other], value=default)],
            ) if code.text(target) == code.text(other):
                value = _get(node.test, found, default)
            case _:
                value = None
        if value is None:
            return node
        return ast.copy_location(ast.Assign(targets=[target], value=value), node)


def _get(test: ast.expr, body: ast.expr, orelse: ast.expr) -> ast.expr | None:
    match test:
        case ast.Compare(left=key, ops=[ast.In()], comparators=[table]):
            found, default = body, orelse
        case ast.Compare(left=key, ops=[ast.NotIn()], comparators=[table]):
            found, default = orelse, body
        case _:
            return None
    looked_up = ast.Subscript(value=table, slice=key, ctx=ast.Load())
    if code.text(found) != code.text(looked_up):
        return None
    made = ast.Call(
        func=ast.Attribute(value=table, attr="get", ctx=ast.Load()),
        args=[key, default],
        keywords=[],
    )
    return ast.fix_missing_locations(ast.copy_location(made, body))
