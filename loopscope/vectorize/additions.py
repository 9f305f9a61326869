"""Statements that add to a variable."""

from __future__ import annotations

import ast


def addition(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Return ``k`` and ``v`` of ``k += v`` and ``k = k + v``; ``None`` for any other statement."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
            return name, value
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=before), op=ast.Add(), right=value),
        ) if before == name:
            return name, value
        case _:
            return None
