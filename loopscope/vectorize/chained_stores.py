"""``x[i][j] = v`` as ``x[i, j] = v``: what is stored to is then plain to see."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.numbering import NUMBER


def join_chained(lifter: Lifter, statement: ast.stmt) -> None:
    """Join the subscripts of tensors that are stored to through two of them, in place."""
    chained = {
        dotted(node.value.value)
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Subscript)
    } - {""}
    if chained:
        _Join(lifter, chained).visit(statement)


class _Join(ast.NodeTransformer):
    def __init__(self, lifter: Lifter, names: set[str]) -> None:
        self._lifter, self._names = lifter, names

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        inner = node.value
        if not isinstance(inner, ast.Subscript) or dotted(inner.value) not in self._names:
            return node
        first = _parts(inner.slice)
        seen = self._lifter.what(inner.value)
        if seen is None or seen.kind != "tensor" or not all(map(self._is_number, first)):
            return node
        index = ast.Tuple(elts=[*first, *_parts(node.slice)], ctx=ast.Load())
        joined = ast.Subscript(value=inner.value, slice=index, ctx=node.ctx)
        if hasattr(node, NUMBER):
            setattr(joined, NUMBER, getattr(node, NUMBER))
        return ast.fix_missing_locations(ast.copy_location(joined, node))

    def _is_number(self, part: ast.expr) -> bool:
        """Whether it takes its dimension away."""
        if isinstance(part, ast.Slice | ast.Starred):
            return False
        seen = self._lifter.what(part)
        if seen is None:
            return isinstance(part, ast.Constant) and isinstance(part.value, int)
        whole = seen.kind == "tensor" and seen.dtype.startswith("int")
        return (seen.kind == "number" or whole) and not seen.rank and not seen.mixed


def _parts(index: ast.expr) -> list[ast.expr]:
    return list(index.elts) if isinstance(index, ast.Tuple) else [index]
