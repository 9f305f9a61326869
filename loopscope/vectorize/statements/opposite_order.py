"""``if k < 0: continue``: of whole numbers the rest runs where ``k >= 0``."""

from __future__ import annotations

import ast
import copy

from loopscope.vectorize.lifter import Lifter

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt,
}  # fmt: skip


def opposite_order(lifter: Lifter, test: ast.expr) -> ast.expr | None:
    """Return the opposite of an order between whole numbers; of floats, NaN stands in none."""
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITES:
            pass
        case _:
            return None
    if not (_is_whole(lifter, left) and _is_whole(lifter, right)):
        return None
    opposite = copy.copy(test)
    opposite.ops = [_OPPOSITES[type(op)]()]
    return opposite


def _is_whole(lifter: Lifter, node: ast.expr) -> bool:
    seen = lifter.what(node)
    if seen is None:
        return isinstance(node, ast.Constant) and type(node.value) is int
    return seen.dtype.startswith(("int", "uint"))
