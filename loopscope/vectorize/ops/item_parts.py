"""Parts that an item is split into, and an item in the shape of another tensor."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.ops.dims import along, rearranged, reshaped
from loopscope.vectorize.ops.reductions import shifted_dims
from loopscope.vectorize.value import NotLiftable, Value, align

_OTHER_NAMES = {
    "ravel": (rearranged, "flatten"),
    "swapdims": (rearranged, "transpose"),
    "moveaxis": (along, "movedim"),
    "broadcast_to": (reshaped, "expand"),
}


@batches(*_OTHER_NAMES)
def by_other_names(lifter: Lifter, call: Call) -> Value:
    """``x.ravel()`` is ``x.flatten()``, and so on."""
    handler, name = _OTHER_NAMES[call.name]
    return handler(lifter, replace(call, name=name))


@batches("chunk", "split", "split_with_sizes", "tensor_split")
def split(lifter: Lifter, call: Call) -> Value:
    """The parts of all items, along the same dimension."""
    value, *others = call.args
    dim = call.argument(2, "dim")
    seen = lifter.what(call.node)
    if seen is None or seen.kind != "list" or seen.item is None or None in seen.shape:
        raise NotLiftable(f"{call.name} gives a number of parts that differs")
    sizes = [*others[:1], *(v for k, v in call.keywords.items() if k != "dim")]
    if value.kind == "other" or not all(v.is_fixed for v in sizes) or len(sizes) != 1:
        raise NotLiftable(f"{call.name} is not understood here")
    lifter.used_ops.append(op_name(call.name))
    along_dim = shifted_dims(dim.code if dim is not None else code.const(0), len(value.axes))
    made = code.method(value.code, call.name, sizes[0].code, dim=along_dim)
    part = Value(made, value.axes, value.rank, "tensor", value.dtype, seen.item.shape)
    places = range(seen.shape[0] or 0)
    parts = tuple(replace(part, code=code.subscript(made, [code.const(k)])) for k in places)
    return Value(made, value.axes, 0, "other", parts=parts)


@batches("expand_as", "view_as", "reshape_as")
def in_the_shape_of(lifter: Lifter, call: Call) -> Value:
    """``row.expand_as(y)``: of a ``y`` that is the same for all items, its sizes."""
    value, other = call.args
    if value.kind == "other" or other.kind != "tensor" or not value.axes:
        raise NotLiftable(f"{call.name} of what is no tensor")
    lifter.used_ops.append("Tensor.expand" if call.name == "expand_as" else "torch.reshape")
    operand = align(value, value.axes, other.rank) if call.name == "expand_as" else value.code
    if other.axes == value.axes:
        made = code.method(operand, call.name, other.code)
    elif other.is_fixed:
        single = call.name == "expand_as" or len(value.axes) == 1
        front = [code.const(-1) if single else axis.size for axis in value.axes]
        sizes = ast.Starred(code.attribute_of(other.code, "shape"), ast.Load())
        made = code.method(operand, call.name.removesuffix("_as"), *front, sizes)
    else:
        raise NotLiftable(f"{call.name} of tensors of different loops")
    return lifter.of(call.node, made, value.axes, other.rank)
