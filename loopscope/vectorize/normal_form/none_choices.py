"""``best = d if best is None else torch.minimum(best, d)`` as the branch that it is."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.source.tests import is_none_test


def with_none_branches(statement: ast.stmt) -> None:
    """Put branches in the place of choices by whether what is assigned is ``None``, in place."""
    _Branches().visit(statement)


class _Branches(ast.NodeTransformer):
    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node:
            case ast.Assign(
                targets=[target],
                value=ast.IfExp(test=ast.Compare(left=left) as test, body=body, orelse=orelse),
            ) if dotted(target) and dotted(target) == dotted(left) and is_none_test(test):
                arms = [ast.copy_location(ast.Assign([target], v), node) for v in (body, orelse)]
                branch = ast.If(test, [arms[0]], [arms[1]])
                return ast.fix_missing_locations(ast.copy_location(branch, node))
            case _:
                return node
