"""Ops that work on each element: their operands are aligned, nothing else changes."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.groups.members import both_select
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import CASTS, op_name
from loopscope.vectorize.operators.batch_of_one import batch_again, items_alone
from loopscope.vectorize.operators.bin_masks import both_bound, operator_of, read_bound
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.operators.python_numbers import (
    as_doubles,
    as_python_computes,
    as_tensors_compute,
)
from loopscope.vectorize.operators.separable import summands
from loopscope.vectorize.ops.building import stacked
from loopscope.vectorize.ops.coordinates import coordinates_of
from loopscope.vectorize.ops.elementwise_names import BINARY, UNARY
from loopscope.vectorize.ops.extrema import extremum
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value, align

_RENAMED = {"power": "pow", "fabs": "abs"}
_ROUNDED = ("floor", "ceil", "trunc")
_TESTS = ("isnan", "isinf", "isfinite")


@batches(*UNARY, *BINARY)
def elementwise(lifter: Lifter, call: Call) -> Value:
    """Align every operand."""
    if call.name in ("max", "min"):
        raise NotLiftable("an extremum over a dimension")
    if call.name == "where" and len(call.args) == 1:
        return coordinates_of(lifter, call.args[0], as_tuple=True)
    operands = [*call.args, *call.keywords.values()]
    terms = (
        summands(operands[0])
        if call.name == "exp" and len(operands) == 1 and lifter.fused
        else None
    )
    if terms is not None:
        one, other = (_typed(elementwise(lifter, _of(call, t)), t) for t in terms)
        return combine(lifter, one, ast.Mult(), other, call.node)
    if call.style.split(".")[0] in ("math", lifter.imports.get("numpy")):
        return _of_numbers(lifter, call)
    if call.style == "builtin" and call.name == "bool" == operands[0].dtype:
        return replace(operands[0], kind="tensor", python=True)
    if (items := items_alone(operands)) is not None:
        return batch_again(elementwise(lifter, call.with_operands(items)), operands)
    call = call.with_operands(as_tensors_compute(operands))
    operands = [v for v in (*call.args, *call.keywords.values()) if v.kind != "other"]
    axes = union([v.axes for v in operands])
    rank = max(v.rank for v in operands)
    args = [a.code if a.kind == "other" else align(a, axes, rank) for a in call.args]
    keywords = {
        k: v.code if v.kind == "other" else align(v, axes, rank) for k, v in call.keywords.items()
    }
    if call.name not in CASTS:
        lifter.used_ops.append(op_name(call.name))
    if call.style == "builtin":
        return lifter.of(call.node, code.method(args[0], call.name), axes, rank)
    if call.args[0].kind == "number" and call.style == "method":
        raise NotLiftable("a method of a number")
    written: ast.expr = call.rebuild(args, **keywords)
    if call.style == "attribute":  # ``x.real``
        written = code.attribute_of(args[0], call.name)
    made = lifter.of(call.node, written, axes, rank)
    op = operator_of(call.name)
    bound = read_bound(operands[0], op, operands[1]) if op and len(operands) == 2 else None
    return replace(made, selects=_selected(lifter, call), bound=bound)


def _of(call: Call, value: Value) -> Call:
    """The same op of another operand, which was never seen."""
    return replace(call, args=[value], keywords={}, node=None)


def _typed(made: Value, like: Value) -> Value:
    return replace(made, dtype=made.dtype or like.dtype, shape=like.shape, python=like.python)


def _selected(lifter: Lifter, call: Call) -> Members | None:
    """Rows that are still selected after the op."""
    match call.name, call.args:
        case "long" | "int" | "float" | "double" | "bool" | "to" | "type", [value, *_]:
            return value.selects
        case "logical_and" | "bitwise_and", [left, right]:
            return both_select(left, right) or both_bound(lifter, left, right)
        case _:
            return None


def _of_numbers(lifter: Lifter, call: Call) -> Value:
    """``math.sqrt(i)`` and ``np.maximum(a, b)`` as ``torch.sqrt`` and ``torch.maximum``."""
    if call.keywords or any(v.kind == "other" for v in call.args):
        raise NotLiftable(f"{call.style} is not understood here")
    keeps = call.name in ("maximum", "minimum", "abs", "absolute", "sign", *_ROUNDED)
    args, python = as_python_computes(call.args, in_doubles=lifter.doubles and not keeps)
    axes, rank = union([v.axes for v in args]), max(v.rank for v in args)
    name = _RENAMED.get(call.name, call.name)
    if name in ("maximum", "minimum") and len(args) == 2:
        return extremum(lifter, name.removesuffix("imum"), *args, python=python)
    lifter.used_ops.append(op_name(name))
    made: ast.expr = code.call(f"torch.{name}", *(align(a, axes, rank) for a in args))
    dtype = next((v.dtype for v in args if v.axes and "float" in v.dtype), args[0].dtype)
    if dtype.startswith("int") and not keeps:
        dtype = "float32"
    if call.name in _TESTS:
        dtype = "bool"
    if call.style.startswith("math.") and call.name in _ROUNDED:
        made, dtype = code.method(made, "long"), "int64"
    shape = next((v.shape for v in args if v.rank == rank), ())
    return Value(made, axes, rank, "tensor", dtype, shape, python=python)


@batches("item", "tolist")
def as_number(lifter: Lifter, call: Call) -> Value:
    """An item's Python number: the item itself, cut from the graph."""
    (value,) = call.args
    if value.is_fixed:
        return lifter.of(call.node, code.method(value.code, call.name), (), 0)
    seen = lifter.what(call.node)
    made = value.code
    operand = (
        lifter.what(call.function.value) if isinstance(call.function, ast.Attribute) else None
    )
    if operand is not None and operand.requires_grad:
        made = code.method(made, "detach")
    if seen is not None and seen.kind == "list":
        return replace(value, code=made, kind="other", parts=None)
    value = replace(value, code=made)
    if lifter.numbers == "double":
        value = as_doubles(value)
    return replace(one_element(value), python=True)


def one_element(value: Value) -> Value:
    """An item of one element, without its dimensions."""
    if not value.rank or any(size != 1 for size in value.shape):
        return value
    inner = code.squeezed(value.code, len(value.axes))
    if value.rank == 1 and inner is not value.code:
        return replace(value, code=inner, rank=0, shape=())
    index = [code.FULL] * len(value.axes) + [code.const(0)] * value.rank
    return replace(value, code=code.subscript(value.code, index), rank=0, shape=())


@batches("int")
def truncated(lifter: Lifter, call: Call) -> Value:
    """``int(x)`` truncates: ``x.long()``. The method of the same name makes 32 bits."""
    if call.style == "method":
        return elementwise(lifter, call)
    value = one_element(call.args[0])
    if value.dtype.startswith(("int", "uint", "bool")):
        return replace(value, kind="tensor", python=True)
    made = code.method(value.code, "long")
    return Value(made, value.axes, 0, "tensor", "int64", python=True)


@batches("float")
def floating(lifter: Lifter, call: Call) -> Value:
    """``float(x)`` of an item, or the method of the same name."""
    value = call.args[0]
    if call.style == "method":
        return elementwise(lifter, call)
    value = one_element(value)
    if value.dtype.startswith(("int", "uint", "bool")) or value.counter:
        made = code.method(value.code, "float")
        return Value(made, value.axes, 0, "tensor", "float32", python=True)
    if lifter.numbers == "double" and not value.is_fixed:
        value = as_doubles(value)
    return replace(value, kind="tensor", python=True)


@batches("from_numpy", "as_tensor", "tensor")
def converted(lifter: Lifter, call: Call) -> Value:
    """A conversion of one item is the conversion of all."""
    seen = lifter.what(call.node)
    if call.args[0].parts is not None:
        parts = call.args[0].parts
        of_lists = [list_tensor(lifter, p) if p.list_of is not None else p for p in parts]
        made = stacked(lifter, tuple(of_lists), 0)
        rounds = seen is not None and made.dtype == "float64" != seen.dtype  # Python's floats
        return cast(made, seen.dtype) if seen is not None and rounds else made
    value = call.args[0]
    if value.counter is not None and call.name == "tensor" and not call.keywords:
        return replace(value, kind="tensor", dtype="int64")
    if value.kind == "other" or seen is None:
        raise NotLiftable("a conversion of what is no array")
    if value.array:
        whole: ast.expr = call.rebuild([value.code])
    elif call.name == "tensor" or "dtype" in call.keywords:
        whole = value.code
        if seen.dtype != value.dtype:
            whole = code.method(whole, "to", code.attribute(f"torch.{seen.dtype}"))
    else:
        whole = value.code
    return lifter.of(call.node, whole, value.axes, value.rank)
