"""Operators on values that do not depend on carried variables: their axes are aligned."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.counters import (
    divided_counter,
    moved_counter,
    rolled_counter,
    scaled_counter,
    two_digits,
)
from loopscope.vectorize.each_item import on_each
from loopscope.vectorize.groups.joined import in_rows
from loopscope.vectorize.groups.members import both_select, grouped, mask_members
from loopscope.vectorize.known import Both, Compared
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.bin_masks import both_bound, read_bound
from loopscope.vectorize.operators.huber import huber
from loopscope.vectorize.operators.in_step import in_step
from loopscope.vectorize.operators.interpolated import interpolated
from loopscope.vectorize.operators.on_repeated import on_repeated
from loopscope.vectorize.operators.python_numbers import (
    as_python_computes,
    as_tensors_compute,
    gives_float,
    joined_dtype,
)
from loopscope.vectorize.operators.separable import summed
from loopscope.vectorize.picked import done_to_rows
from loopscope.vectorize.span_masks import common_mask, masked_dim
from loopscope.vectorize.spans import counted_range
from loopscope.vectorize.subscripts.beyond import filled_in
from loopscope.vectorize.value import NotLiftable, Value, align


def aligned_binary(
    lifter: Lifter, left: Value, op: ast.operator, right: Value, node: ast.AST | None = None
) -> Value:
    """``left op right``, typed as ``node`` was seen."""
    if isinstance(op, ast.MatMult):
        return batched_op(lifter, Call("matmul", "", [left, right], {}, node, None))
    left, right = in_rows(lifter, (left, right))
    if left.ragged or right.ragged:
        return on_each(lifter, node, [left, right], lambda p: code.binary(p[0], op, p[1]))
    if left.repeats or right.repeats:
        seen = lifter.what(node)
        dtype = seen.dtype if seen is not None else ""
        return on_repeated(left, op, right, dtype, lambda a, b: aligned_binary(lifter, a, op, b))
    if left.counter or right.counter:
        moved = moved_counter(left, op, right) or divided_counter(left, op, right)
        if moved is not None:
            return moved
    rows = done_to_rows(
        lifter, (left, right), lambda v: aligned_binary(lifter, v[0], op, v[1], node)
    )
    if rows is not None:
        return rows
    left, right = counted_range(lifter, left), counted_range(lifter, right)
    for side in (left, right):
        if side.kind == "other" and not (left.is_fixed and right.is_fixed):
            raise NotLiftable(f"{code.text(side.code)} is no tensor")
    is_float = gives_float(left, op, right, lifter.what(node))
    (left, right), python = as_python_computes(
        (left, right), in_doubles=is_float and lifter.doubles
    )
    (left, right), members = grouped([left, right])
    left, right = in_step(lifter, (left, right))
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    mask, dim = common_mask(lifter, (left, right)), masked_dim((left, right), rank)
    mixed = interpolated(lifter, left, right, axes, rank) if isinstance(op, ast.Add) else None
    made = mixed or code.binary(align(left, axes, rank), op, align(right, axes, rank))
    value = lifter.of(node, made, axes, rank)
    value = replace(value, members=members, mask=mask, masked=dim)
    if isinstance(op, ast.BitAnd):
        value = replace(value, selects=both_select(left, right) or both_bound(lifter, left, right))
        if left.dtype == right.dtype == "bool" and left.rank == right.rank == rank:
            value = replace(value, both=Both(value.code, left, right))
    scaled = scaled_counter(left, op, right)
    if scaled is not None:
        value = replace(value, scaled=scaled)
    value = replace(value, digits=two_digits(left, op, right))
    rolled = rolled_counter(left, op, right)
    if rolled is not None:
        value = replace(value, rolled=rolled)
    if isinstance(op, ast.Mult) and left.dtype == right.dtype == "bool":
        value = replace(value, selects=both_bound(lifter, left, right))
    elif isinstance(op, ast.Mult) and (left.axes or right.axes):
        value = replace(value, factors=(left, right))
    if not value.dtype or _is_number(lifter.what(node)):
        tensors = [v for v in (left, right) if v.kind == "tensor"] or [right]
        tensor = next((v for v in tensors if "float" in v.dtype), tensors[0])
        shape = next((v.shape for v in (left, right) if v.rank == rank), (None,) * rank)
        dtype = "float32" if is_float and tensor.dtype.startswith("int") else tensor.dtype
        value = replace(value, dtype=dtype, shape=shape)
    value = replace(value, python=python)
    if value.dtype.startswith("int"):
        return value
    return summed(
        lifter, value, left, op, right, lambda a, b: aligned_binary(lifter, a, op, b, None)
    )


def aligned_choice(lifter: Lifter, test: Value, then: Value, orelse: Value) -> Value:
    """``torch.where(test, then, orelse)``, or a Python choice where the test is fixed."""
    if then == orelse:
        return then
    if test.is_fixed:
        axes = union([then.axes, orelse.axes])
        if then.axes != orelse.axes or then.rank != orelse.rank:
            raise NotLiftable("a fixed test chooses between values of different shape")
        chosen = ast.IfExp(test.code, then.code, orelse.code)
        if isinstance(test.code, ast.UnaryOp) and isinstance(test.code.op, ast.Invert):
            chosen = ast.IfExp(test.code.operand, orelse.code, then.code)
        return Value(
            chosen,
            axes,
            then.rank,
            then.kind,
            then.dtype,
        )
    then, orelse = in_rows(lifter, (then, orelse))
    if "other" in (then.kind, orelse.kind):
        raise NotLiftable("a test chooses between values that are no tensors")
    (then, orelse), python = as_python_computes((then, orelse), in_doubles=False)
    (test, then, orelse), members = grouped([test, then, orelse])
    axes = union([test.axes, then.axes, orelse.axes])
    rank = max(test.rank, then.rank, orelse.rank)
    mask, masked = _chosen_mask(lifter, test, then, orelse, rank)
    filled = filled_in(lifter, test, then, orelse)
    if filled is not None:
        lifter.used_ops.append("torch.cat")
        inner = then if then.axes == axes and then.rank == rank else orelse
        return replace(inner, code=filled, counter=None, fill=None, factors=None, scaled=None)
    dtype = joined_dtype((then, orelse))
    shape = then.shape if then.rank == rank else orelse.shape
    made = huber(lifter, test, then, orelse)
    if made is None:
        lifter.used_ops.append("torch.where")
        made = code.call("torch.where", *(align(v, axes, rank) for v in (test, then, orelse)))
    found = Value(made, axes, rank, "tensor", dtype, shape, python=python)
    return replace(found, members=members, mask=mask, masked=masked)


def _chosen_mask(
    lifter: Lifter, test: Value, then: Value, orelse: Value, rank: int
) -> tuple[Value | None, int]:
    """The mask of what a test chooses, and of which dimension it is."""
    values = (test, then, orelse)
    if any(v.mask is None and v.rank == rank for v in values) and any(v.mask for v in values):
        raise NotLiftable("a slice of differing length or another tensor")
    return common_mask(lifter, values), masked_dim(values, rank)


def aligned_logic(left: Value, op: ast.operator, right: Value) -> Value:
    """``left & right`` or ``left | right`` of tests."""
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    made = code.binary(align(left, axes, rank), op, align(right, axes, rank))
    return Value(made, axes, rank, "tensor", "bool")


def aligned_comparison(lifter: Lifter, left: Value, op: ast.cmpop, right: Value) -> Value:
    """``left < right``; ``owner == k`` selects rows by group."""
    selects, sides = mask_members(left, op, right), (left, right)
    left, right = as_tensors_compute((left, right))
    bound = read_bound(left, op, right)
    (left, right), members = grouped([left, right])
    left, right = in_step(lifter, (left, right))
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    made = ast.Compare(align(left, axes, rank), [op], [align(right, axes, rank)])
    shape = left.shape if left.rank == rank else right.shape
    return Value(
        made,
        axes,
        rank,
        "tensor",
        "bool",
        shape,
        selects=selects,
        bound=bound,
        compared=Compared(made, sides[0], op, sides[1]),
        members=members,
        mask=common_mask(lifter, (left, right)),
        masked=masked_dim((left, right), rank),
    )


def _is_number(seen: Seen | None) -> bool:
    """Whether an item was a Python number, whose type says nothing of the lifted tensor's."""
    return seen is not None and seen.kind == "number"
