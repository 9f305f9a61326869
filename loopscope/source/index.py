"""How each part of a subscript moves with the loop."""

from __future__ import annotations

import ast

from loopscope.source.facts import Index
from loopscope.source.scope import Scope


def classify_index(node: ast.expr, scope: Scope) -> tuple[Index, ...]:
    """Return one kind for each part of a subscript: of ``x[i, :]`` a counter and a whole axis."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return tuple(_classify_part(scope.expand(p), scope) for p in parts)


def _classify_part(node: ast.expr, scope: Scope) -> Index:
    match node:
        case ast.Slice(lower=None, upper=None):
            return Index.FULL
        case ast.Slice(lower=lower, upper=upper):
            bounds = [b for b in (lower, upper) if b is not None]
            if any(scope.varies(b) for b in bounds):
                return Index.RAGGED
            counted = any(scope.counts(b) for b in bounds)
            return Index.WINDOW if counted else Index.INVARIANT
        case ast.Compare():
            return Index.MASK
        case _ if scope.varies(node):
            return Index.GATHER
        case _:
            return Index.COUNTER if scope.counts(node) else Index.INVARIANT
