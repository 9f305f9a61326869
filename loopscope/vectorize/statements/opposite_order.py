"""``if k < 0: continue``: of whole numbers the rest runs where ``k >= 0``."""

from __future__ import annotations

import ast
import copy
from typing import TypeGuard

from loopscope.vectorize.lifter import Lifter

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt,
}  # fmt: skip


def opposite_order(lifter: Lifter, test: ast.expr) -> ast.expr | None:
    """Return the opposite of an order between whole numbers; of floats, NaN stands in none."""
    if not is_order(test) or not all(_is_whole(lifter, s) for s in (test.left, *test.comparators)):
        return None
    return turned_over(test)


def turned_over(test: ast.Compare) -> ast.Compare:
    """Return ``k >= 0`` for ``k < 0``: the opposite, unless one of the two is NaN."""
    opposite = copy.copy(test)
    opposite.ops = [_OPPOSITES[type(op)]() for op in test.ops]
    return opposite


def is_order(test: ast.expr) -> TypeGuard[ast.Compare]:
    """Whether a test is ``<``, ``<=``, ``>`` or ``>=`` of two."""
    return isinstance(test, ast.Compare) and [type(op) in _OPPOSITES for op in test.ops] == [True]


def _is_whole(lifter: Lifter, node: ast.expr) -> bool:
    seen = lifter.what(node)
    if seen is None:
        return isinstance(node, ast.Constant) and type(node.value) is int
    return seen.dtype.startswith(("int", "uint"))
