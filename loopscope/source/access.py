"""How a subscript moves with the loop."""

from __future__ import annotations

import ast

from loopscope.source.affine import read_affine
from loopscope.source.facts import Access, Index
from loopscope.source.loop import dotted
from loopscope.source.scope import Scope


def read_accesses(node: ast.expr, scope: Scope) -> tuple[Access, ...]:
    """Return the accesses in an expression that has its temporaries in place."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Subscript)]
    bases = {n.value for n in found}
    return tuple(read_access(n, scope) for n in found if n not in bases)


def read_access(node: ast.Subscript, scope: Scope) -> Access:
    """Return the access that a subscript makes: of ``x[i, :]`` a counter and a whole axis.

    ``node`` has its temporaries in place.
    """
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return Access(
        name=dotted(node.value),
        index=tuple(_kind(part, scope) for part in parts),
        parts=tuple(read_affine(part, scope.counters, scope.is_constant) for part in parts),
    )


def _kind(node: ast.expr, scope: Scope) -> Index:
    match node:
        case ast.Slice(lower=None, upper=None):
            return Index.FULL
        case ast.Slice(lower=lower, upper=upper):
            bounds = [b for b in (lower, upper) if b is not None]
            if any(scope.varies(b) for b in bounds):
                return Index.RAGGED
            counted = any(scope.counts(b) for b in bounds)
            return Index.WINDOW if counted else Index.INVARIANT
        case _ if _is_mask(node):
            return Index.MASK
        case _ if scope.varies(node):
            return Index.GATHER
        case _:
            return Index.COUNTER if scope.counts(node) else Index.INVARIANT


def _is_mask(node: ast.expr) -> bool:
    match node:
        case ast.Compare():
            return True
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            return _is_mask(left) or _is_mask(right)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return _is_mask(operand)
        case _:
            return False
