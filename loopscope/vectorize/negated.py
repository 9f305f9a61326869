"""The opposite of a test."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.value import Value


def negated(test: Value) -> Value:
    """Return the test that holds where this one does not: ``!=`` for ``==``, else ``~``."""
    return replace(test, code=negated_test(test.code), selects=None)


def negated_test(test: ast.expr) -> ast.expr:
    """Return the code of the test that holds where this one does not."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return ast.Compare(left, [ast.NotEq()], [right])
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
            return ast.Compare(left, [ast.Eq()], [right])
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return operand
        case _:
            return ast.UnaryOp(ast.Invert(), test)
