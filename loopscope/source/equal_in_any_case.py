"""A variable that is set to what it is not: ``if s != last: …; last = s`` ends with ``last = s``.

Where the two were equal, it is that already.
"""

from __future__ import annotations

import ast

_LEAVES = (ast.Continue, ast.Break, ast.Return)


def with_equal_set(loop: ast.For) -> None:
    """Set such variables behind the test, in place."""
    _Behind().visit(loop)


def parted(node: ast.If) -> tuple[ast.If, ast.Assign] | None:
    """Return the test without such an assignment, and this; ``None`` where there is none."""
    match node.test:
        case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
            differs, same = node.orelse, node.body
        case ast.Compare(left=one, ops=[ast.NotEq()], comparators=[other]):
            differs, same = node.body, node.orelse
        case _:
            return None
    if len(differs) < 2 or any(isinstance(n, _LEAVES) for n in ast.walk(node)):
        return None
    for k, statement in enumerate(differs):
        others = [*differs[:k], *differs[k + 1 :]]
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if {
                name,
                ast.unparse(value),
            } == {ast.unparse(one), ast.unparse(other)}:
                read = {name, *_names(value, ast.Load)}
                behind = {n for s in differs[k + 1 :] for n in _names(s, ast.Load)}
                changed = {n for s in (*same, *others) for n in _names(s, ast.Store)}
                if name in behind or read & changed:
                    return None
                first, second = (same, others) if differs is node.orelse else (others, same)
                return ast.copy_location(ast.If(node.test, first, second), node), statement
            case _:
                pass
    return None


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {n.id for n in names if isinstance(n.ctx, context)}


class _Behind(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        self.generic_visit(node)
        found = parted(node)
        return node if found is None else [*found]
