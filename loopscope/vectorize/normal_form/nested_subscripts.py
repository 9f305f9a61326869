"""``out[i][j]`` is ``out[i, j]`` where the loop stores to ``out``, or reads one element."""

from __future__ import annotations

import ast
from collections.abc import Callable

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize.numbering import NUMBER

What = Callable[[ast.AST | None], Seen | None]


def join_subscripts(statement: ast.stmt, what: What) -> None:
    """Join subscripts of subscripts, in place.

    Of tensors that the statement stores to they all are; of any other those that take an element,
    or a part along its last dimensions.
    """
    stored = {
        _base(node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    } - {""}
    _Join(stored, what).visit(statement)


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return dotted(node)


class _Join(ast.NodeTransformer):
    def __init__(self, stored: set[str], what: What) -> None:
        self.stored, self.what = stored, what

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        inner = node.value
        if not isinstance(inner, ast.Subscript) or not dotted(inner.value):
            return node
        base = self.what(inner.value)
        first, second = _parts(inner), _parts(node)
        if dotted(inner.value) not in self.stored and not all(self._drops(p) for p in second):
            return node
        if base is None or base.kind != "tensor" or not all(self._drops(part) for part in first):
            return node
        if len(first) + len(second) > base.rank:
            return node
        whole = ast.Tuple(elts=[*first, *second], ctx=ast.Load())
        joined = ast.copy_location(
            ast.Subscript(value=inner.value, slice=whole, ctx=node.ctx), node
        )
        if hasattr(node, NUMBER):
            setattr(joined, NUMBER, getattr(node, NUMBER))
        return joined

    def _drops(self, part: ast.expr) -> bool:
        """Whether an index takes its dimension away."""
        if isinstance(part, ast.Slice):
            return False
        seen = self.what(part)
        constant = isinstance(part, ast.Constant) and type(part.value) is int
        return constant or (
            seen is not None
            and (seen.kind == "number" or (seen.kind == "tensor" and not seen.rank))
        )


def _parts(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
