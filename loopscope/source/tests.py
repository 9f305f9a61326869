"""Tests of branches, put together and taken apart."""

from __future__ import annotations

import ast
from collections.abc import Sequence


def is_none_test(test: ast.expr) -> bool:
    """Whether a test is ``x is None``."""
    match test:
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def all_of(test: ast.expr) -> list[ast.expr]:
    """``a`` and ``b`` of ``a and b``; ``0 < x`` and ``x < best`` of ``0 < x < best``."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return [part for value in values for part in all_of(value)]
        case ast.Compare(left=left, ops=ops, comparators=others) if len(ops) > 1:
            pairs = zip([left, *others], ops, others, strict=False)
            return [ast.Compare(one, [op], [other]) for one, op, other in pairs]
        case _:
            return [test]


def joined(tests: Sequence[ast.expr], op: ast.boolop) -> ast.expr:
    """``a and b`` or ``a or b``; of one test it is that."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(op, list(tests))


def without_none_test(test: ast.expr) -> ast.expr:
    """``x > best`` of ``best is None or x > best``; any other test as it is."""
    match test:
        case ast.BoolOp(op=ast.Or() as op, values=[first, *rest]) if is_none_test(first):
            return joined(rest, op)
        case _:
            return test
