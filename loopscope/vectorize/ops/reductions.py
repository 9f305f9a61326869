"""Ops that reduce one item: the same op over the item's own dimensions."""

from __future__ import annotations

import ast
import math
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.operators.batch_of_one import item_alone
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.ops.extrema import extremum
from loopscope.vectorize.ops.products import are_pairs, dot
from loopscope.vectorize.ops.selected import count_selected
from loopscope.vectorize.picked import picked_apart
from loopscope.vectorize.value import NotLiftable, Value, align, whole_number

_EXACT_IN_FLOAT32 = 2**24
_SEVERAL = {
    "sum", "mean", "amax", "amin", "var", "std", "norm", "logsumexp", "count_nonzero", "nansum",
    "nanmean", "vector_norm", "any", "all", "var_mean", "std_mean",
}  # fmt: skip
_RENAMED = {"max": "amax", "min": "amin"}
_EXTREMA = {"max", "min", "median", "mode", "kthvalue", "nanmedian"}
_INDICES = {"argmax", "argmin"}
_OF_THE_LAST = ("kthvalue", "mode")  # dimension, where none is named
_DIM_POSITION = {"norm": 2, "vector_norm": 2, "quantile": 2, "nanquantile": 2, "kthvalue": 2}


@batches(*_SEVERAL, *_EXTREMA, *_INDICES, "prod", "quantile", "nanquantile", "aminmax")
def reduction(lifter: Lifter, call: Call) -> Value:
    """Reduce over the item's dimensions, which stand behind the batch axes."""
    value = call.args[0]
    if call.style == "builtin":
        return _builtin(lifter, call)
    if value.parts is not None or value.kind == "other":
        raise NotLiftable(f"{call.name} of what is no tensor")
    if call.name in ("max", "min") and len(call.args) == 2 and call.args[1].kind == "tensor":
        return _pair(lifter, call)
    if not value.axes:
        raise NotLiftable(f"{call.name} with an operand that differs between iterations")
    dim = call.argument(_DIM_POSITION.get(call.name, 1), "dim", "axis")
    if dim is None and call.name in _OF_THE_LAST and value.rank:
        dim = whole_number(code.const(-1))
    keep = "keepdim" in call.keywords or len(call.args) > _DIM_POSITION.get(call.name, 1) + 1
    count = len(value.axes)
    others = [a.code for a in call.args[1 : _DIM_POSITION.get(call.name, 1)]]
    keywords: dict[str, object] = {
        k: v.code for k, v in call.keywords.items() if k not in ("dim", "axis")
    }
    seen = lifter.what(call.node)
    if dim is None:
        if value.rank == 0:
            return _of_scalar(lifter, call, value)
        value = item_alone(value) or value
        name = _RENAMED.get(call.name, call.name)
        operand, dims = value.code, code.const(count)
        if value.rank > 1:
            if name in _SEVERAL or name in ("amax", "amin"):
                dims = code.tuple_of([code.const(count + k) for k in range(value.rank)])
            else:
                operand = code.method(operand, "flatten", code.const(count))
        lifter.used_ops.append(op_name(name))
        counts = count_selected(lifter, call, value)
        if counts is not None:
            return counts
        product = _sum_of_product(lifter, call, value) or _number_of_both(lifter, call, value)
        if product is not None:
            return product
        made = _made(call, name, operand, others, dim=dims, **keywords)
        if name in ("median", "nanmedian"):
            made = _part(made, "values")
        return lifter.of(call.node, made, value.axes, 0)
    dims = shifted_dims(dim.code, count)
    single = without_single(value.code, count, dims)
    if single is not None and not keep:
        inner = replace(value, code=single, rank=value.rank - 1, shape=value.shape[1:])
        less = replace(dim, code=minus_one(dim.code))
        found = reduction(lifter, _with_dim(call, inner, less))
        return _with_single(found, count)
    lifter.used_ops.append(op_name(call.name))
    removed = len(dim.code.elts) if isinstance(dim.code, ast.Tuple | ast.List) else 1
    rank = value.rank if keep else value.rank - removed
    made = _made(call, call.name, value.code, others, dim=dims, **keywords)
    if (seen is not None and seen.kind in ("list", "other")) or call.name in _EXTREMA:
        first = Value(_part(made, "values"), value.axes, rank, "tensor", value.dtype)
        second = Value(_part(made, "indices"), value.axes, rank, "tensor", "int64")
        if call.name in ("var_mean", "std_mean", "aminmax"):
            pair = tuple(
                Value(code.subscript(made, [code.const(k)]), value.axes, rank, "tensor")
                for k in (0, 1)
            )
            return Value(made, value.axes, rank, "other", parts=pair)
        return Value(made, value.axes, rank, "other", parts=(first, second))
    return lifter.of(call.node, made, value.axes, rank)


def _sum_of_product(lifter: Lifter, call: Call, value: Value) -> Value | None:
    """``(x[i] * y[j]).sum()`` is a dot product, of all pairs ``x @ y.T``."""
    if call.name != "sum" or call.keywords or value.rank != 1 or value.factors is None:
        return None
    left, right = value.factors
    if not left.rank == right.rank == 1 or left.kind != "tensor" or left.dtype != right.dtype:
        return None
    of_pairs = are_pairs(left, right) or picked_apart(left, right)
    if not left.dtype.startswith("float") or not (of_pairs or left.is_fixed or right.is_fixed):
        return None
    return dot(lifter, call, left, right, value.axes)


def _number_of_both(lifter: Lifter, call: Call, value: Value) -> Value | None:
    """``(a[i] & b[j]).sum()`` of all pairs is a product of matrices of zeros and ones."""
    both = value.both
    if both is None or both.code is not value.code or call.name != "sum" or call.keywords:
        return None
    if not value.rank or not are_pairs(both.left, both.right):
        return None
    sizes = [size for size in value.shape if size is not None]
    few = len(sizes) == value.rank and math.prod(sizes) < _EXACT_IN_FLOAT32
    left, right = (_ones(v, "float" if few else "double") for v in (both.left, both.right))
    number = dot(lifter, replace(call, node=None), left, right, value.axes)
    found = lifter.of(call.node, code.method(number.code, "long"), number.axes, 0)
    return replace(found, dtype="int64", kind="tensor")


def _ones(value: Value, dtype: str) -> Value:
    """A test as rows of zeros and ones."""
    made = value.code
    if value.rank > 1:
        made = code.method(made, "flatten", code.const(len(value.axes)))
    return Value(code.method(made, dtype), value.axes, 1, "tensor")


def without_single(operand: ast.expr, count: int, dims: ast.expr) -> ast.expr | None:
    """The operand without the batch dimension of one that each item has of its own."""
    number = code.integer(dims)
    inner = code.squeezed(operand, count)
    return inner if inner is not operand and number is not None and number > count else None


def minus_one(dim: ast.expr) -> ast.expr:
    """A literal dimension behind one that is gone."""
    number = code.integer(dim)
    return dim if number is None or number < 0 else code.const(number - 1)


def _with_dim(call: Call, value: Value, dim: Value) -> Call:
    keywords = {k: v for k, v in call.keywords.items() if k not in ("dim", "axis")}
    return replace(call, args=[value], keywords=keywords | {"dim": dim}, node=None)


def _with_single(value: Value, count: int) -> Value:
    made = value.code
    if value.parts is None:
        made = code.method(made, "unsqueeze", code.const(count))
    parts = value.parts and tuple(_with_single(p, count) for p in value.parts)
    shape = (1, *value.shape)
    return replace(value, code=made, parts=parts, rank=value.rank + 1, shape=shape)


def shifted_dims(dims: ast.expr, count: int) -> ast.expr:
    """Move dimensions given from the front behind ``count`` batch axes.

    Raises:
        NotLiftable: They are no literals.
    """
    if isinstance(dims, ast.Tuple | ast.List):
        return code.tuple_of([shifted_dims(d, count) for d in dims.elts])
    number = code.integer(dims)
    if number is None:
        raise NotLiftable(f"the dimension {code.text(dims)} is no literal")
    return code.const(number + count if number >= 0 else number)


def _made(
    call: Call, name: str, operand: ast.expr, others: list[ast.expr], **kw: object
) -> ast.expr:
    if call.style.startswith("torch.linalg.") or name in ("aminmax",):
        return code.call(call.style, operand, *others, **kw)
    return code.method(operand, name, *others, **kw)


def _part(made: ast.expr, attr: str) -> ast.expr:
    return ast.Attribute(value=made, attr=attr, ctx=ast.Load())


def _of_scalar(lifter: Lifter, call: Call, value: Value) -> Value:
    match call.name:
        case "sum" | "mean" | "max" | "min" | "amax" | "amin" | "prod" | "logsumexp" | "median":
            return value
        case "norm" | "vector_norm":
            return lifter.of(call.node, code.method(value.code, "abs"), value.axes, 0)
        case "any" | "all":
            return lifter.of(call.node, code.method(value.code, "bool"), value.axes, 0)
        case _:
            raise NotLiftable(f"{call.name} of one number")


def _pair(lifter: Lifter, call: Call) -> Value:
    """``torch.max(a, b)`` of two tensors."""
    axes = union([v.axes for v in call.args])
    rank = max(v.rank for v in call.args)
    lifter.used_ops.append(f"torch.{call.name}imum")
    args = [align(a, axes, rank) for a in call.args]
    return lifter.of(call.node, code.call(f"torch.{call.name}imum", *args), axes, rank)


def _builtin(lifter: Lifter, call: Call) -> Value:
    """``max(a, b)``, ``min(a, b)`` of Python numbers or 0-d tensors; ``sum([a, b])``."""
    values = list(call.args)
    if len(values) == 1 and values[0].parts is not None:
        values = list(values[0].parts)
    if call.name in ("max", "min"):
        lifter.assume_finite(*values)
        if len(values) == 1 and values[0].rank == 1:
            return lifter.of(
                call.node,
                code.method(values[0].code, _RENAMED[call.name], dim=len(values[0].axes)),
                values[0].axes,
                0,
            )
        found = values[0]
        python = all(v.python or v.kind == "number" for v in values)
        for value in values[1:]:
            found = extremum(lifter, call.name, found, value, python=python)
        return found
    if call.name == "sum" and len(values) > 1:
        found = values[0]
        for value in values[1:]:
            found = combine(lifter, found, ast.Add(), value)
        return found
    if call.name == "sum" and values[0].rank >= 1:
        value = values[0]
        return lifter.of(
            call.node,
            code.method(value.code, "sum", dim=len(value.axes)),
            value.axes,
            value.rank - 1,
        )
    raise NotLiftable(f"{call.name}() is not understood here")
