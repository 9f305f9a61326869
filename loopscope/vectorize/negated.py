"""The opposite of a test."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.value import Value


def negated(test: Value) -> Value:
    """Return the test that holds where this one does not: ``!=`` for ``==``, else ``~``."""
    match test.code:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            made: ast.expr = ast.Compare(left, [ast.NotEq()], [right])
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
            made = ast.Compare(left, [ast.Eq()], [right])
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            made = operand
        case _:
            made = ast.UnaryOp(ast.Invert(), test.code)
    return replace(test, code=made, selects=None)
