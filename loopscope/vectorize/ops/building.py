"""Tensors made of others: stack, cat, and factories of an item's size."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.left_out import all_but
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.fills import of_one_number
from loopscope.vectorize.ops.padded_items import joined_with_filler
from loopscope.vectorize.value import NotLiftable, Value, align, expand, whole_number

_JOINS = {"hstack": -1, "vstack": 0, "row_stack": 0, "column_stack": 1, "dstack": 2}


@batches("stack", "cat", "concat", "concatenate", *_JOINS)
def join(lifter: Lifter, call: Call) -> Value:
    """Join the tensors of a literal list."""
    parts = call.args[0].parts
    if parts is None:
        raise NotLiftable(f"torch.{call.name} of what is no list")
    dim = call.argument(1, "dim", "axis")
    number = 0 if dim is None else code.integer(dim.code)
    if number is None or call.name in _JOINS:
        raise NotLiftable(f"torch.{call.name} along no literal dimension")
    if call.name == "stack":
        return stacked(lifter, parts, number)
    if number == 0 and (padded := joined_with_filler(lifter, parts)) is not None:
        return padded
    if any(map(_is_uneven, parts)):
        return all_but(lifter, parts, number)
    axes = union([p.axes for p in parts])
    whole = [expand(p, axes) for p in parts]
    lifter.used_ops.append("torch.cat")
    moved = number + len(axes) if number >= 0 else number
    made = code.call("torch.cat", code.list_of([p.code for p in whole]), **_dim(moved))
    return lifter.of(call.node, made, axes, parts[0].rank)


def stacked(lifter: Lifter, parts: tuple[Value, ...], dim: int) -> Value:
    """``torch.stack`` of values, or of lists of them, each with all batch axes."""
    parts = tuple(p if p.parts is None else stacked(lifter, p.parts, 0) for p in parts)
    if any(map(_is_uneven, parts)):
        raise NotLiftable("items that differ in size are stacked")
    axes = union([p.axes for p in parts])
    rank = max(p.rank for p in parts)
    whole = [
        replace(p, code=code.call("torch.tensor", p.code))
        if p.kind == "number" and not p.axes
        else p
        for p in parts
    ]
    moved = dim + len(axes) if dim >= 0 else dim
    lifter.used_ops.append("torch.stack")
    lacking = [p for p in whole if p.axes != axes or p.rank != rank]
    if len(lacking) > 1 and any(p.axes == axes or p.axes for p in whole):
        operands: ast.expr = code.call(
            "torch.broadcast_tensors", *(align(p, axes, rank) for p in whole)
        )
    else:
        operands = code.list_of([expand(p, axes).code for p in whole])
    made = code.call("torch.stack", operands, **_dim(moved))
    dtype = next((p.dtype for p in parts if p.kind == "tensor"), "")
    if all(p.counter is not None for p in parts):
        dtype = "int64"
    return Value(made, axes, rank + 1, "tensor", dtype, (None,) * (rank + 1))


def _is_uneven(value: Value) -> bool:
    """Whether its size differs between iterations."""
    return value.mask is not None or value.members is not None or value.ragged


@batches("arange")
def counted(lifter: Lifter, call: Call) -> Value:
    """``torch.arange(n)`` for an ``n`` of each iteration: what is stored into a slice of it."""
    (stop,) = call.args if len(call.args) == 1 else (None,)
    keywords = [k for k in call.keywords if k not in ("dtype", "device")]
    if stop is None or stop.rank or keywords or stop.carry is not None or stop.kind == "other":
        raise NotLiftable("a range whose length differs between iterations")
    seen = lifter.what(call.node)
    dtype = seen.dtype if seen is not None else "int64"
    return Value(stop.code, stop.axes, 1, "other", dtype, (None,), counts=stop)


@batches("zeros_like", "ones_like", "empty_like", "full_like")
def like(lifter: Lifter, call: Call) -> Value:
    """A constant of an item's shape."""
    value, told = call.args[0], call.argument(1, "fill_value")
    if call.name == "full_like" and told is not None and not told.is_fixed:
        return of_one_number(lifter, call, _shape(value), told)
    fill = {"zeros_like": 0, "ones_like": 1}.get(call.name)
    made = call.rebuild([value.code, *(a.code for a in call.args[1:])])
    found = lifter.of(call.node, made, value.axes, value.rank)
    number = code.const(fill) if fill is not None else None
    if call.name == "full_like":
        number = call.args[1].code
    return replace(found, fill=number)


@batches("new_zeros", "new_ones", "new_empty", "new_full", "new_tensor")
def new(lifter: Lifter, call: Call) -> Value:
    """A constant of its own shape, on an item's device."""
    receiver, *rest = call.args
    fill = call.argument(2, "fill_value")
    if call.name == "new_full" and fill is not None and not fill.is_fixed:
        return of_one_number(lifter, call, rest[0], fill)
    if any(not r.is_fixed for r in rest):
        raise NotLiftable(f"{call.name} of a size that differs between iterations")
    seen = lifter.what(call.node)
    rank = len(rest) if seen is None else seen.rank
    if call.name == "new_tensor" and rest[0].kind == "number":
        rank = 0
    return lifter.of(call.node, call.rebuild([receiver.code, *(r.code for r in rest)]), (), rank)


def _shape(value: Value) -> Value:
    """The sizes of an item."""
    shape, front = code.attribute_of(value.code, "shape"), len(value.axes)
    sizes = tuple(
        whole_number(code.subscript(shape, [code.const(front + k)])) for k in range(value.rank)
    )
    return Value(shape, kind="other", parts=sizes)


def _dim(dim: int) -> dict[str, object]:
    return {"dim": dim} if dim else {}
