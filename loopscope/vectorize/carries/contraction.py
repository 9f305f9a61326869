"""Sums of products: matrix products."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Axis, Value


def contraction(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value | None:
    """A sum of products is a matrix product."""
    if form != "add" or term.factors is None or term.mask is not None or term.members is not None:
        return None
    left, right = term.factors
    if not term.dtype.startswith(("float", "bfloat")) or "bool" in (left.dtype, right.dtype):
        return None
    if axis not in left.axes or axis not in right.axes or left.kind != right.kind:
        return None
    rest = tuple(a for a in term.axes if a != axis)
    if term.outer and left.axes == right.axes == (axis,) and left.rank == right.rank == 1:
        lifter.used_ops += ["torch.matmul", "torch.einsum"]
        made = code.binary(code.transposed(left.code), ast.MatMult(), right.code)
        return replace(term, code=made, axes=(), factors=None)
    if left.rank or right.rank:
        return None
    made_ = _matrix_product(left, right, axis, rest)
    if made_ is None:
        return None
    lifter.used_ops += ["torch.matmul", "torch.einsum"]
    return replace(term, code=made_, axes=rest, factors=None, counter=None)


def _matrix_product(
    left: Value, right: Value, axis: Axis, rest: tuple[Axis, ...]
) -> ast.expr | None:
    """``a @ b`` for factors that share ``axis``; ``None`` where that is no plain product."""
    if left.axes == right.axes == (axis,):
        return code.binary(left.code, ast.MatMult(), right.code)
    if right.axes == (axis,) and len(left.axes) == 2:
        matrix = left.code if left.axes[1] == axis else code.transposed(left.code)
        return code.binary(matrix, ast.MatMult(), right.code)
    if left.axes == (axis,) and len(right.axes) == 2:
        return _matrix_product(right, left, axis, rest)
    if len(left.axes) == len(right.axes) == 2 and len(rest) == 2:
        rows = left if rest[0] in left.axes else right
        columns = right if rows is left else left
        first = rows.code if rows.axes[1] == axis else code.transposed(rows.code)
        second = columns.code if columns.axes[0] == axis else code.transposed(columns.code)
        return code.binary(first, ast.MatMult(), second)
    return None
