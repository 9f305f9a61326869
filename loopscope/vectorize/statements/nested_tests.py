"""``if valid[i] and x > best``: the test of a carried variable stands in the other one."""

from __future__ import annotations

import ast

from loopscope.source.tests import all_of, is_none_test, joined
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.statements.carried_tests import is_carried


def nested_tests(lifter: Lifter, statement: ast.If) -> ast.If | None:
    """Return ``if a:`` with ``if b:`` in it for ``if a and b``, where ``b`` alone is carried on.

    ``if best is None or x > best`` is ``if best is None`` and, under its ``else``, the other test.
    """
    match statement:
        case ast.If(test=ast.BoolOp(op=ast.Or(), values=[first, *rest]), body=body, orelse=[]) if (
            is_none_test(first) and is_carried(lifter, first)
        ):
            later = ast.If(joined(rest, ast.Or()), body, [])
            return ast.If(first, body, [later])
        case ast.If(test=test, body=body, orelse=[]):
            values = all_of(test)
            carried = [v for v in values if is_carried(lifter, v)]
        case _:
            return None
    others = [v for v in values if v not in carried]
    if not carried or not others or _leaves(body):
        return None
    return ast.If(joined(others, ast.And()), [ast.If(joined(carried, ast.And()), body, [])], [])


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether the branch leaves the iteration: what follows it is part of the choice."""
    return isinstance(body[-1], ast.Break | ast.Continue | ast.Return)
