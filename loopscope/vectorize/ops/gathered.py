"""``x.gather(dim, index)`` of each item."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batched_op, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.in_step import in_step
from loopscope.vectorize.span_masks import common_mask
from loopscope.vectorize.value import NotLiftable, Value, expand


@batches("gather")
def gathered(lifter: Lifter, call: Call) -> Value:
    """The same dimension, behind the batch axes."""
    value, index, dim = _operands(call)
    axes = union([value.axes, index.axes])
    lifter.used_ops += ["torch.gather", "torch.take_along_dim"]
    made = code.method(
        expand(value, axes).code, "gather", code.const(dim + len(axes)), expand(index, axes).code
    )
    return lifter.of(call.node, made, axes, value.rank)


def gathered_slices(lifter: Lifter, call: Call) -> Value:
    """The same of slices that differ in length, as many indices as there are rows.

    Raises:
        NotLiftable: It picks along the dimension that differs.
    """
    value, index, dim = _operands(call)
    value, index = in_step(lifter, (value, index))
    mask = common_mask(lifter, (value, index))
    if value.mask is None or index.mask is None or value.masked != index.masked:
        raise NotLiftable("gather of a slice of differing length")
    if dim == value.masked or mask is None:
        raise NotLiftable("gather along a dimension of differing length")
    plain = [replace(v, mask=None) for v in (value, index)]
    deep = len(value.axes) + dim
    size = code.attribute_of(_as_wide(plain[0].code, deep), "shape")
    assume_inside(lifter, plain[1], code.subscript(size, [code.const(deep)]))
    at = Value(code.const(dim), kind="number", dtype="int")
    made = batched_op(lifter, replace(call, args=[plain[0], at, plain[1]], keywords={}))
    return replace(made, mask=mask, masked=value.masked)


def assume_inside(lifter: Lifter, index: Value, size: ast.expr) -> None:
    """What is outside of the slices is picked as well: no index may be out of range."""
    made = _without_single(index)
    above = ast.Compare(made, [ast.GtE()], [code.const(0)])
    below = ast.Compare(made, [ast.Lt()], [size])
    both = code.binary(above, ast.BitAnd(), below)
    lifter.assume(code.text(code.call("bool", code.method(both, "all"))))


def _as_wide(node: ast.expr, dim: int) -> ast.expr:
    """What it is made from that has the same size there: ``x`` of ``x[:, 1:].softmax(-1)``."""
    match node:
        case ast.Call(func=function, args=[inner]) if code.text(function).rpartition(".")[2] in (
            "softmax",
            "log_softmax",
        ):
            return _as_wide(inner, dim)
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=parts)) if len(parts) <= dim and all(
            isinstance(p, ast.Slice) for p in parts
        ):
            return _as_wide(inner, dim)
        case _:
            return node


def _without_single(index: Value) -> ast.expr:
    match index.code:
        case ast.Call(func=ast.Attribute(value=inner, attr="unsqueeze")):
            return inner
        case _:
            return index.code


def _operands(call: Call) -> tuple[Value, Value, int]:
    dim, index = call.argument(1, "dim"), call.argument(2, "index")
    value = call.args[0]
    number = code.integer(dim.code) if dim is not None else None
    if index is None or number is None or len(call.args) + len(call.keywords) != 3:
        raise NotLiftable("gather is not understood here")
    if any(v.kind != "tensor" or v.rank != value.rank for v in (value, index)):
        raise NotLiftable("gather of what is no tensor")
    return value, index, number % value.rank
