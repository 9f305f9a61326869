"""Products of slices whose length differs between iterations: ``weights @ v[:t]``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.span_masks import common_mask, filled_outside
from loopscope.vectorize.value import NotLiftable, Value

PRODUCTS = ("matmul", "mm", "mv", "dot", "inner", "vdot")


def masked_product(lifter: Lifter, call: Call) -> Value:
    """A product keeps the mask of a dimension that is not summed over.

    Raises:
        NotLiftable: Such slices are no vectors and matrices, or of both a dimension is left.
    """
    left, right = call.args[:2]
    if not left.rank or not right.rank or max(left.rank, right.rank) > 3:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    sides = ((left, left.rank - 1), (right, max(right.rank - 2, 0)))
    over = [v.masked == inner for v, inner in sides if v.mask is not None]
    if over == [True, True]:
        return _summed(lifter, call, left, right)
    if over != [False] or any(v.mask and v.masked < v.rank - 2 for v in (left, right)):
        raise NotLiftable("a product over a slice of differing length")
    plain = [replace(v, mask=None) for v in (left, right)]
    made = batched_op(lifter, call.with_operands(plain))
    dim = made.rank - 1 if left.mask is None else made.rank - min(right.rank, 2)
    return replace(made, mask=left.mask or right.mask, masked=dim)


def _summed(lifter: Lifter, call: Call, left: Value, right: Value) -> Value:
    """Zeros leave out what is in no slice; on one side alone, where the other is finite."""
    if left.rank == right.rank == 1:
        times = combine(lifter, left, ast.Mult(), right)
        total = batched_op(lifter, Call("sum", "method", [times], {}, None, None))
        return lifter.of(call.node, total.code, total.axes, 0)
    mask = common_mask(lifter, (left, right))
    if mask is None:
        raise NotLiftable("a product of whole tensors")

    def is_apart(value: Value) -> bool:
        return set(value.axes).isdisjoint(mask.axes)

    whole = max((left, right), key=lambda v: (is_apart(v), v.zeroed is None, v.rank))
    sides = []
    for value in (left, right):
        if value is whole and is_apart(value):
            _assume_finite(lifter, value)
            sides.append(replace(value, mask=None))
        else:
            lifter.used_ops.append("torch.where")
            made, axes = filled_outside(value, mask, "0"), union([value.axes, mask.axes])
            sides.append(replace(value, code=made, axes=axes, mask=None))
    return batched_op(lifter, call.with_operands(sides))


def weighted_sum(lifter: Lifter, value: Value) -> Value | None:
    """``(w[:n].unsqueeze(-1) * x[:n]).sum(0)`` is ``w @ x``; ``None`` for anything else."""
    if value.factors is None or value.rank != 2 or value.masked:
        return None
    for weights, rows in (value.factors, value.factors[::-1]):
        plain = _vector(weights)
        if plain is not None and weights.rank == rows.rank == 2 and rows.mask:
            vector = replace(weights, code=plain, rank=1, shape=(None,), zeroed=None)
            found = masked_product(lifter, Call("matmul", "", [vector, rows], {}, None, None))
            return replace(found, dtype=found.dtype or value.dtype, shape=value.shape[1:])
    return None


def _vector(value: Value) -> ast.expr | None:
    """``w`` of ``w.unsqueeze(-1)``."""
    match value.code:
        case ast.Call(func=ast.Attribute(value=inner, attr="unsqueeze"), args=[at]):
            return inner if code.integer(at) in (-1, len(value.axes) + 1) else None
        case _:
            return None


def product_of_windows(lifter: Lifter, value: Value) -> ast.expr | None:
    """``windows @ x`` for a sum of products with what is zero outside of its slices.

    ``None`` where neither factor is, or the other one is not whole.
    """
    if value.factors is None or value.rank > 2 or value.masked != value.rank - 1:
        return None
    for windows, whole in (value.factors, value.factors[::-1]):
        if windows.zeroed is windows.code and not whole.axes and whole.rank == value.rank:
            _assume_finite(lifter, whole)
            lifter.used_ops += ["torch.matmul", "torch.einsum"]
            if value.rank == 1:
                return code.binary(windows.code, ast.MatMult(), whole.code)
            if len(windows.axes) == 1 and windows.rank == 2:
                each_row = code.const("ijk,jk->ij")
                return code.call("torch.einsum", each_row, windows.code, whole.code)
    return None


def _assume_finite(lifter: Lifter, value: Value) -> None:
    """Zero times infinity is no zero."""
    finite = code.method(code.method(value.code, "isfinite"), "all")
    lifter.assume(code.text(code.call("bool", finite)))
