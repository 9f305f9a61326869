"""Several tests of one break.

``if x > 0:`` with ``if count == k: break`` at its end, and ``if a: break`` before ``if b: break``.
"""

from __future__ import annotations

import ast

from loopscope.source.tests import joined
from loopscope.vectorize.names import assigned_names, count_uses


def with_break_outside(statement: ast.If) -> list[ast.stmt] | None:
    """Return the branch without the break at its end, and the break under both tests.

    ``None`` where there is none, or where the branch sets what its own test reads.
    """
    match statement:
        case ast.If(
            test=test,
            body=[*first, ast.If(test=inner, body=[*_, ast.Break()] as body, orelse=[])],
            orelse=orelse,
        ):
            pass
        case _:
            return None
    others = [*first, *orelse]
    stored = [n for s in others for n in ast.walk(s) if isinstance(n, ast.Subscript)]
    changed = {n.id for s in stored if isinstance(s.ctx, ast.Store) for n in ast.walk(s.value)
               if isinstance(n, ast.Name)}  # fmt: skip
    if count_uses(test).keys() & {*changed, *assigned_names(others)}:
        return None
    leaving = ast.If(joined([test, inner], ast.And()), body, [])
    if not first and not orelse:
        return [leaving]
    return [ast.If(test, first or [ast.Pass()], orelse), leaving]


def with_one_break(statement: ast.If, rest: list[ast.stmt]) -> list[ast.stmt] | None:
    """Return ``if a or b: break`` and what follows; ``None`` where no such breaks are in a row."""
    match [statement, *rest]:
        case [
            ast.If(test=first, body=[ast.Break()], orelse=[]),
            ast.If(test=second, body=[ast.Break()], orelse=[]),
            *others,
        ]:
            return [ast.If(joined([first, second], ast.Or()), statement.body, []), *others]
        case _:
            return None
