"""Sums of products: matrix products."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value, align


def contraction(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value | None:
    """A sum of products is a matrix product; factors that do not move stand before it."""
    if form != "add" or term.factors is None or term.mask is not None or term.members is not None:
        return None
    if not term.dtype.startswith(("float", "bfloat")):
        return None
    left, right = term.factors
    if term.outer:
        if not (left.axes == right.axes == (axis,) and left.rank == right.rank == 1):
            return None
        lifter.used_ops += ["torch.matmul", "torch.einsum"]
        made = code.binary(code.transposed(left.code), ast.MatMult(), right.code)
        return replace(term, code=made, axes=(), factors=None)
    factors = _leaves(term)
    weighted = _weighted_outer(factors, axis)
    if weighted is not None:
        lifter.used_ops += ["torch.matmul", "torch.einsum"]
        return replace(weighted, shape=term.shape, rank=2)
    moving = _by_axes([f for f in factors if axis in f.axes])
    if len(moving) == 1 and left.axes == right.axes:
        factors, moving = [left, right], [left, right]
    still = [f for f in factors if axis not in f.axes]
    if any(f.rank for f in factors) or len({(f.kind, f.dtype) for f in moving}) > 1:
        return None
    rest = tuple(a for a in union([f.axes for f in moving]) if a != axis)
    if len(moving) != 2 or "bool" in (moving[0].dtype, moving[1].dtype):
        return None
    product = _matrix_product(moving[0], moving[1], axis, rest)
    if product is None:
        return None
    lifter.used_ops += ["torch.matmul", "torch.einsum"]
    whole = replace(term, code=product, axes=rest, factors=None, counter=None)
    return whole if not still else _times(_product(still), whole)


def _weighted_outer(factors: list[Value], axis: Axis) -> Value | None:
    """``(u * w[:, None]).T @ v`` for the sum of all ``w[i] * torch.outer(u[i], v[i])``."""
    outer = [f for f in factors if f.outer]
    weights = [f for f in factors if not f.outer]
    if len(outer) != 1 or not weights or any(w.rank or set(w.axes) - {axis} for w in weights):
        return None
    left, right = outer[0].factors or (outer[0], outer[0])
    if not (left.axes == right.axes == (axis,) and left.rank == right.rank == 1):
        return None
    typed = all(w.kind == "number" or w.dtype == left.dtype == right.dtype for w in weights)
    moving = [w for w in weights if w.axes]
    still = [w for w in weights if not w.axes]
    if not typed or any(w.members or w.mask for w in weights):
        return None
    rows = left.code
    if moving:
        column = code.subscript(_product(moving).code, [code.FULL, code.NONE])
        rows = code.binary(rows, ast.Mult(), column)
    made = code.binary(code.transposed(rows), ast.MatMult(), right.code)
    whole = replace(outer[0], code=made, axes=(), rank=0, factors=None, outer=False)
    return whole if not still else _times(_product(still), whole)


def _leaves(value: Value) -> list[Value]:
    """What a product of products is made of."""
    if value.factors is None or value.outer:
        return [value]
    return [leaf for factor in value.factors for leaf in _leaves(factor)]


def _by_axes(factors: list[Value]) -> list[Value]:
    """Factors of the same loops, multiplied."""
    groups: dict[tuple[Axis, ...], list[Value]] = {}
    for factor in factors:
        groups.setdefault(factor.axes, []).append(factor)
    return [_product(group) for group in groups.values()]


def _product(factors: list[Value]) -> Value:
    first, *others = factors
    for other in others:
        first = _times(first, other)
    return first


def _times(left: Value, right: Value) -> Value:
    axes = union([left.axes, right.axes])
    made = code.binary(align(left, axes, 0), ast.Mult(), align(right, axes, 0))
    typed = right if right.kind == "tensor" else left
    return replace(typed, code=made, axes=axes, factors=(left, right), counter=None)


def _matrix_product(
    left: Value, right: Value, axis: Axis, rest: tuple[Axis, ...]
) -> ast.expr | None:
    """``a @ b`` for factors that share ``axis``; ``None`` where that is no plain product."""
    if left.axes == right.axes == (axis,):
        match right.code:
            case ast.BinOp(left=middle, op=ast.MatMult(), right=last):  # x @ A @ x
                rows = code.binary(left.code, ast.MatMult(), middle)
                return code.binary(rows, ast.MatMult(), last)
            case _:
                return code.binary(left.code, ast.MatMult(), right.code)
    if right.axes == (axis,) and len(left.axes) == 2:
        matrix = left.code if left.axes[1] == axis else code.transposed(left.code)
        return code.binary(matrix, ast.MatMult(), right.code)
    if left.axes == (axis,) and len(right.axes) == 2:
        return _matrix_product(right, left, axis, rest)
    if len(left.axes) == len(right.axes) == 2 and len(rest) == 2:
        upper, lower = (left, right) if rest[0] in left.axes else (right, left)
        first = upper.code if upper.axes[1] == axis else code.transposed(upper.code)
        second = lower.code if lower.axes[0] == axis else code.transposed(lower.code)
        return code.binary(first, ast.MatMult(), second)
    return None
