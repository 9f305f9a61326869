"""Ranges that end before they begin: what the rewrite counts as fewer than none.

``range(1, m - 1)`` is empty where ``m`` is 1, but ``x * (m - 2)`` takes ``x`` away, and
``x.expand(-1, m - 2)`` repeats nothing and says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from loopscope.vectorize import code


def counted_on(
    rewrite: Sequence[ast.stmt], needed: Mapping[str, str], guards: Sequence[str]
) -> list[str]:
    """Return what must hold of the sizes that the rewrite computes with.

    Args:
        rewrite: Its statements.
        needed: By the text of a size that may be negative: what must hold for it not to be.
        guards: What is known to hold.
    """
    nodes = (n for s in rewrite for node in ast.walk(s) for n in _computed_with(node))
    sizes = dict.fromkeys(t for n in nodes if (t := code.text(n)) in needed)
    return [needed[size] for size in sizes if f"{size} > 0" not in guards]


def _computed_with(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(attr="expand"), args=sizes):
            yield from sizes
        case ast.BinOp(left=left, op=ast.Mult() | ast.Pow(), right=right):
            yield from (left, right)
        case _:
            return
