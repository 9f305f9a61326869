"""Iterations up to the first in which a test holds, that one included."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.value import Value


def until_found(found: Value, dim: int) -> Value:
    """Return where the test has not held in an earlier iteration."""
    so_far = code.method(found.code, "cumsum", dim=code.const(dim))
    return replace(found, code=ast.Compare(so_far, [ast.Eq()], [found.code]))


def where_found(found: Value, dim: int) -> Value:
    """Return where the test holds for the first time."""
    until = until_found(found, dim)
    return replace(found, code=code.binary(found.code, ast.BitAnd(), until.code))


def found_at_all(first: ast.expr) -> ast.expr | None:
    """Return the test, where code is that of ``where_found``: whether it holds the first time."""
    match first:
        case ast.BinOp(left=found, op=ast.BitAnd(), right=until) if holds_at_first(until):
            return found if code.text(until).startswith(f"{code.text(found)}.cumsum(") else None
        case _:
            return None


def holds_at_first(test: ast.expr) -> bool:
    """Whether code is that of ``until_found``, which holds in the first iteration."""
    match test:
        case ast.Compare(
            left=ast.Call(func=ast.Attribute(value=found, attr="cumsum")),
            ops=[ast.Eq()],
            comparators=[right],
        ):
            return code.text(found) == code.text(right)
        case _:
            return False
