"""Ops on a slice whose length differs between iterations, by its mask."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batched_op, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.operators.in_step import in_step
from loopscope.vectorize.ops.bags import mean_of_spans, sums_of_spans
from loopscope.vectorize.ops.beside_mask import beside_mask
from loopscope.vectorize.ops.coordinates import extent, of_places
from loopscope.vectorize.ops.elementwise import elementwise
from loopscope.vectorize.ops.elementwise_names import BINARY, UNARY
from loopscope.vectorize.ops.gathered import gathered_slices
from loopscope.vectorize.ops.masked_products import (
    PRODUCTS,
    masked_product,
    product_of_windows,
    weighted_sum,
)
from loopscope.vectorize.ops.masked_spread import masked_spread
from loopscope.vectorize.ops.prefixes import scanned_slices
from loopscope.vectorize.ops.row_losses import class_loss_of_rows
from loopscope.vectorize.ops.rows_apart import of_rows_apart
from loopscope.vectorize.span_masks import (
    common_mask,
    count_inside,
    filled_outside,
    is_never_empty,
    masked_dim,
)
from loopscope.vectorize.value import NotLiftable, Value, ValueKind, align

_NEUTRAL = {"sum": "0", "mean": "0", "max": "float('-inf')", "min": "float('inf')",
            "amax": "float('-inf')", "amin": "float('inf')", "prod": "1", "any": "False",
            "all": "True", "logsumexp": "float('-inf')", "argmax": "float('-inf')",
            "argmin": "float('inf')", "norm": "0"}  # fmt: skip
_LOSSES = {"l1_loss": "abs", "mse_loss": "square"}
_SOFTMAX = ("softmax", "log_softmax")
_TRANSPOSES = ("T", "t", "mT", "transpose", "swapaxes")


@batches("<masked>")
def masked(lifter: Lifter, call: Call) -> Value:
    """Reduce what the mask holds; element-wise ops keep the mask."""
    value = call.args[0]
    mask = value.mask
    if call.name in PRODUCTS:
        return masked_product(lifter, call)
    if mask is not None and (call.name == "len" or (call.name == "numel" and value.rank == 1)):
        if value.masked:
            raise NotLiftable("the length of a slice of another dimension")
        return replace(count_inside(mask), kind="number", dtype="int", counted=mask)
    found = of_places(call, value)
    if found is not None:
        return found
    if call.name in ("size", "shape", "numel"):
        raise NotLiftable("the size of a slice of differing length")
    ends = extent(lifter, call, value)
    if ends is not None:
        return ends
    beside = beside_mask(lifter, call, value, mask) if mask is not None else None
    if beside is not None:
        return beside
    if mask is not None and call.name in ("var", "std"):
        return masked_spread(lifter, call, value, mask)
    scan = scanned_slices(lifter, call, value, mask) if mask is not None else None
    if scan is not None:
        return scan
    if mask is not None and call.name in _NEUTRAL:
        return _reduced(lifter, call, value, mask)
    if mask is not None and call.name in _SOFTMAX and _dim(call, value) == value.masked:
        return _softmax(lifter, call, value, mask)
    if mask is not None and call.name in _TRANSPOSES:
        return replace(_turned(lifter, call, value), mask=mask, masked=_masked_after(call, value))
    if call.name in _LOSSES:
        return _loss(lifter, call)
    if call.name == "gather":
        return gathered_slices(lifter, call)
    if mask is not None and call.name == "squeeze":
        return _narrowed(lifter, call, value, mask)
    if mask is not None and call.name == "unsqueeze":
        return _widened(lifter, call, value, mask)
    apart = of_rows_apart(lifter, call) or class_loss_of_rows(lifter, call)
    if apart is not None:
        return apart
    if call.name not in {*UNARY, *BINARY}:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    operands = in_step(lifter, [*call.args, *call.keywords.values()])
    plain = call.with_operands([replace(v, mask=None) for v in operands])
    found = elementwise(lifter, plain)
    dim = masked_dim(operands, found.rank)
    return replace(found, mask=common_mask(lifter, operands), masked=dim)


def _loss(lifter: Lifter, call: Call) -> Value:
    """``F.l1_loss(a[:n], b[:n])`` is the mean of ``(a - b).abs()`` within the slices."""
    reduction = call.keywords.get("reduction")
    how = "'mean'" if reduction is None else code.text(reduction.code)
    if how not in ("'mean'", "'sum'") or call.keywords.keys() - {"reduction"}:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    value = combine(lifter, call.args[0], ast.Sub(), call.args[1])
    for name in (_LOSSES[call.name], how.strip("'")):
        value = batched_op(lifter, Call(name, "method", [value], {}, None, None))
    return value


def _softmax(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    axes = union([value.axes, mask.axes])
    filled = filled_outside(value, mask, "float('-inf')")
    made = code.method(filled, call.name, dim=len(axes) + value.masked)
    zeroed = made if call.name == "softmax" and is_never_empty(lifter, mask) else None
    return replace(value, code=made, axes=axes, zeroed=zeroed)


def _reduced(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    if call.keywords.keys() - {"dim", "axis"} or (call.name == "norm" and len(call.args) > 1):
        raise NotLiftable(f"{call.name} of a slice of differing length")
    dim = call.argument(1, "dim", "axis")
    if value.rank > 1 and dim is None:
        return _of_all(lifter, call, value, mask)
    axes = union([value.axes, mask.axes])
    bags = sums_of_spans(lifter, value, mask) if call.name in ("sum", "mean") else None
    if bags is not None:
        return replace(bags, counts=None) if call.name == "sum" else mean_of_spans(bags)
    if call.name == "sum":
        weighted = weighted_sum(lifter, value)
        if weighted is not None:
            return weighted
        product = product_of_windows(lifter, value)
        if product is not None:
            return Value(product, axes, value.rank - 1, "tensor", value.dtype)
    lifter.used_ops += ["torch.where", f"torch.{call.name}", "Tensor.masked_fill"]
    filled = filled_outside(value, mask, _NEUTRAL[call.name])
    name = {"mean": "sum", "max": "amax", "min": "amin"}.get(call.name, call.name)
    made: ast.expr = code.method(filled, name, dim=len(axes) + value.masked)
    rank = value.rank - 1
    if call.name == "mean":
        made = code.binary(made, ast.Div(), align(count_inside(mask), axes, rank))
    shape = tuple(s for k, s in enumerate(value.shape) if k != value.masked)
    dtype = "int64" if call.name in ("argmax", "argmin") else value.dtype
    if call.name == "sum" and value.dtype == "bool":
        dtype = "int64"
    found = Value(made, axes, rank, "tensor", dtype, shape)
    if call.name in ("argmax", "argmin") and not _is_in_front(mask):
        raise NotLiftable(f"{call.name} of a slice that does not begin in front")
    if dim is not None and call.name in ("max", "min"):
        where = code.method(filled, f"arg{call.name}", dim=len(axes) + value.masked)
        kind: ValueKind = "tensor" if _is_in_front(mask) else "other"
        place = replace(found, code=where, dtype="int64", kind=kind)
        return Value(made, axes, 0, "other", parts=(found, place))
    return found


def _is_in_front(mask: Value) -> bool:
    """Whether what it holds stands where it would stand alone."""
    return mask.span is not None and (not mask.span.bounds or not mask.span.bounds[0])


def _of_all(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    """Reduce over all dimensions, that with the mask last."""
    if call.name in ("argmax", "argmin"):
        raise NotLiftable(f"{call.name} of all of a slice of differing length")
    plain = replace(value, mask=None)
    dims: list[ast.expr] = [code.const(k) for k in range(value.rank) if k != value.masked]
    others = dims[0] if len(dims) == 1 else code.tuple_of(dims)
    name = {"max": "amax", "min": "amin"}.get(call.name, call.name)
    first = Call(name, "method", [plain, Value(others, kind="other")], {}, None, None)
    one = replace(batched_op(lifter, first), mask=mask, masked=0)
    return _reduced(lifter, replace(call, node=None), one, mask)


def _rest(call: Call) -> list[Value]:
    return [*call.args[1:], *call.keywords.values()]


def _dim(call: Call, value: Value) -> int:
    """The dimension that an op works along; a vector has but one.

    Raises:
        NotLiftable: It is no literal, or several are named.
    """
    dim = call.argument(1, "dim", "axis")
    number = code.integer(dim.code) if dim is not None else None
    if dim is None and value.rank == 1:
        return 0
    if number is None:
        raise NotLiftable(f"{call.name} over dimensions of a slice of differing length")
    return number % value.rank


def _turned(lifter: Lifter, call: Call, value: Value) -> Value:
    plain = replace(value, mask=None)
    if value.axes:
        return batched_op(lifter, call.with_operands([plain, *_rest(call)]))
    if _rest(call):
        return replace(plain, code=call.rebuild([value.code, *(v.code for v in _rest(call))]))
    return replace(plain, code=code.transposed(value.code))


def _widened(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    """``x[:n].unsqueeze(-1)``."""
    dim = call.argument(1, "dim")
    number = code.integer(dim.code) if dim is not None else None
    if number is None:
        raise NotLiftable("unsqueeze along no literal dimension")
    plain = replace(value, mask=None)
    made = batched_op(lifter, replace(call, args=[plain, *call.args[1:]]))
    behind = number % (value.rank + 1) <= value.masked
    return replace(made, mask=mask, masked=value.masked + behind)


def _narrowed(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    """``squeeze(dim)`` of another dimension."""
    dim = call.argument(1, "dim")
    number = code.integer(dim.code) if dim is not None else None
    if number is None or value.shape[number] != 1 or number % value.rank == value.masked:
        raise NotLiftable("squeeze of a slice of differing length")
    if not value.axes:
        raise NotLiftable("squeeze of a slice of differing length")
    made = batched_op(lifter, replace(call, args=[replace(value, mask=None), *call.args[1:]]))
    return replace(made, mask=mask, masked=value.masked - (number % value.rank < value.masked))


def _masked_after(call: Call, value: Value) -> int:
    """Where the masked dimension is once two dimensions have changed places."""
    dims = [code.integer(v.code) for v in _rest(call)] or [-2, -1]
    literal = [d % value.rank for d in dims if d is not None]
    if len(literal) != 2:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    first, second = literal
    return {first: second, second: first}.get(value.masked, value.masked)
