"""An extremum that is written as a branch."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted


def as_extremum(statement: ast.stmt, test: ast.expr) -> tuple[str, ast.expr] | None:
    """Return ``if x > best: best = x`` as the name and ``max(best, x)``; ``None`` for others."""
    match statement, test:
        case (
            ast.Assign(targets=[target], value=value),
            ast.Compare(
                left=left,
                ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op],
                comparators=[right],
            ),
        ):
            name = dotted(target)
            sides = {ast.unparse(left), ast.unparse(right)}
            if not name or sides != {name, ast.unparse(value)}:
                return None
            grows = isinstance(op, ast.Gt | ast.GtE) == (ast.unparse(right) == name)
            call = ast.Call(
                func=ast.Name(id="max" if grows else "min", ctx=ast.Load()),
                args=[ast.Name(id=name, ctx=ast.Load()), value],
                keywords=[],
            )
            return name, call
        case _:
            return None
