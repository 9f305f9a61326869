"""``if x > 0:`` with ``if count == k: break`` at its end: the break stands under both tests."""

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
