"""``decay * a + (1 - decay) * b``: ``torch.lerp(a, b, 1 - decay)``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize import code


@dataclass(frozen=True, slots=True)
class Mixed:
    """``start + weight * (end - start)``."""

    start: ast.expr
    end: ast.expr
    weight: ast.expr


def mixed(node: ast.expr) -> Mixed | None:
    """Read a weighted mean of two whose weights make 1; ``None`` for any other expression."""
    match node:
        case ast.BinOp(
            left=ast.BinOp(left=a, op=ast.Mult(), right=b),
            op=ast.Add(),
            right=ast.BinOp(left=c, op=ast.Mult(), right=d),
        ):
            pass
        case _:
            return None
    for first, start in ((a, b), (b, a)):
        for second, end in ((c, d), (d, c)):
            if _is_rest(second, first):
                return Mixed(start, end, second)
            if _is_rest(first, second):
                return Mixed(end, start, first)
    return None


def _is_rest(node: ast.expr, weight: ast.expr) -> bool:
    """Whether it is ``1 - weight``."""
    match node:
        case ast.BinOp(left=ast.Constant(value=1 | 1.0), op=ast.Sub(), right=right):
            return code.text(right) == code.text(weight)
        case _:
            return False
