"""How a subscript moves with the loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from loopscope.source.affine import Affine, read_affine
from loopscope.source.facts import Access, Index
from loopscope.source.loop import dotted
from loopscope.source.scope import Scope


def read_accesses(node: ast.expr, scope: Scope) -> tuple[Access, ...]:
    """Return the accesses in an expression that has its temporaries in place."""
    return tuple(read_access(n, scope) for n in outermost_subscripts(ast.walk(node)))


def outermost_subscripts(nodes: Iterable[ast.AST]) -> list[ast.Subscript]:
    """Return the subscripts that are read, but not ``x[i]`` of ``x[i][j]``."""
    found = [n for n in nodes if isinstance(n, ast.Subscript)]
    bases = {n.value for n in found}
    return [n for n in found if isinstance(n.ctx, ast.Load) and n not in bases]


def read_access(node: ast.Subscript, scope: Scope) -> Access:
    """Return the access that a subscript makes: of ``x[i, :]`` a counter and a whole axis.

    ``node`` has its temporaries in place.
    """
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    parts = [_single(part, scope) or part for part in parts if not _is_new_axis(part)]
    return Access(
        name=dotted(node.value),
        index=tuple(_kind(part, scope) for part in parts),
        parts=tuple(read_affine(part, scope.counters, scope.is_constant) for part in parts),
    )


def _is_new_axis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _single(node: ast.expr, scope: Scope) -> ast.expr | None:
    """The item of a slice that holds one: ``i`` of ``i:i + 1``."""
    match node:
        case ast.Slice(lower=ast.expr() as lower, upper=ast.expr() as upper, step=None):
            size = read_affine(
                ast.BinOp(upper, ast.Sub(), lower), scope.counters, scope.is_constant
            )
            return lower if size == Affine({}, 1) else None
        case _:
            return None


def _kind(node: ast.expr, scope: Scope) -> Index:
    match node:
        case ast.Slice(lower=None, upper=None):
            return Index.FULL
        case ast.Slice(lower=ast.expr() as lower, upper=upper) if _has_fixed_size(node, scope):
            return Index.GATHER if scope.varies(lower) else Index.WINDOW
        case ast.Slice(lower=lower, upper=upper):
            bounds = [b for b in (lower, upper) if b is not None]
            if any(scope.varies(b) or _asks(b) for b in bounds):
                return Index.RAGGED
            if not any(scope.counts(b) for b in bounds):
                return Index.INVARIANT
            return Index.WINDOW if len(bounds) == 2 else Index.PREFIX
        case _ if _is_mask(node):
            return Index.MASK
        case _ if scope.varies(node):
            return Index.GATHER
        case _:
            return Index.COUNTER if scope.counts(node) else Index.INVARIANT


def _has_fixed_size(node: ast.Slice, scope: Scope) -> bool:
    """Whether it is ``a:a + size``, with a start that moves."""
    match node:
        case ast.Slice(lower=ast.expr() as lower, upper=ast.BinOp(left, ast.Add(), size)):
            moves = scope.counts(lower) or scope.varies(lower)
            return moves and scope.is_constant(size) and ast.unparse(left) == ast.unparse(lower)
        case _:
            return False


def _asks(node: ast.expr) -> bool:
    """Whether it is computed from data by a comparison: ``(owner == k).sum()``."""
    return any(isinstance(n, ast.Compare) for n in ast.walk(node))


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
