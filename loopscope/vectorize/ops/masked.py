"""Reductions over a slice whose length differs between iterations, by its mask."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.bags import mean_of_spans, sums_of_spans
from loopscope.vectorize.ops.elementwise import BINARY, UNARY, elementwise
from loopscope.vectorize.value import NotLiftable, Value, align, union

_NEUTRAL = {"sum": "0", "mean": "0", "max": "float('-inf')", "min": "float('inf')",
            "amax": "float('-inf')", "amin": "float('inf')", "prod": "1", "any": "False",
            "all": "True", "logsumexp": "float('-inf')"}  # fmt: skip


@batches("<masked>")
def masked(lifter: Lifter, call: Call) -> Value:
    """Reduce what the mask holds; element-wise ops keep the mask."""
    value = call.args[0]
    if call.name in ("len", "size", "shape", "numel") and value.mask is not None:
        if (call.name in ("len", "numel") and value.rank == 1) or call.name == "len":
            return Value(_count(value.mask), value.mask.axes, 0, "number", "int")
        raise NotLiftable("the size of a slice of differing length")
    if call.name in _NEUTRAL and value.mask is not None:
        return _reduced(lifter, call, value, value.mask)
    if call.name in ("softmax", "log_softmax") and value.mask is not None and value.rank == 1:
        filled = _filled(value, value.mask, "float('-inf')")
        made = code.method(filled, call.name, dim=len(value.axes))
        return replace(value, code=made)
    if call.name not in {*UNARY, *BINARY}:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    operands = [*call.args, *call.keywords.values()]
    masks = {code.text(v.mask.code): v.mask for v in operands if v.mask is not None}
    if len(masks) != 1:
        raise NotLiftable("slices of different lengths meet")
    plain = call.with_operands([replace(v, mask=None) for v in operands])
    return replace(elementwise(lifter, plain), mask=next(iter(masks.values())))


def _reduced(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    dim = call.argument(1, "dim", "axis")
    number = 0 if dim is None else code.integer(dim.code)
    if number != 0 or (dim is None and value.rank > 1) or call.keywords.keys() - {"dim", "axis"}:
        raise NotLiftable(f"{call.name} over a dimension of a slice of differing length")
    axes = union([value.axes, mask.axes])
    bags = sums_of_spans(lifter, value, mask) if call.name in ("sum", "mean") else None
    if bags is not None:
        return replace(bags, counts=None) if call.name == "sum" else mean_of_spans(bags)
    lifter.used_ops += ["torch.where", f"torch.{call.name}", "Tensor.masked_fill"]
    filled = _filled(replace(value, mask=None), mask, _NEUTRAL[call.name])
    name = {"mean": "sum", "max": "amax", "min": "amin"}.get(call.name, call.name)
    made: ast.expr = code.method(filled, name, dim=len(axes))
    rank = value.rank - 1
    if call.name == "mean":
        count = Value(_count(mask), mask.axes, 0)
        made = code.binary(made, ast.Div(), align(count, axes, rank))
    found = Value(made, axes, rank, "tensor", value.dtype, value.shape[1:])
    if dim is not None and call.name in ("max", "min"):
        return Value(made, axes, 0, "other", parts=(found, found))
    return found


def _filled(value: Value, mask: Value, neutral: str) -> ast.expr:
    axes = union([value.axes, mask.axes])
    test = align(mask, axes, 1)
    if value.rank > 1:
        extra = [code.FULL] * (len(axes) + 1) + [code.NONE] * (value.rank - 1)
        test = code.subscript(test, extra)
    other = ast.parse(neutral, mode="eval").body
    return code.call("torch.where", test, align(value, axes, value.rank), other)


def _count(mask: Value) -> ast.expr:
    return code.method(mask.code, "sum", dim=len(mask.axes))
