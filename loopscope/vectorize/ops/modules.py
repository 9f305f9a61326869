"""Calls that no other entry knows: modules and functions applied to one item at a time."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.mapped import mapped_call
from loopscope.vectorize.value import NotLiftable, Value, align

_BATCH_FIRST = {
    "Linear", "Sequential", "ReLU", "GELU", "SiLU", "Tanh", "Sigmoid", "LayerNorm", "Embedding",
    "Softmax", "Identity", "Conv1d", "Conv2d", "Conv3d", "MaxPool1d", "MaxPool2d", "AvgPool2d",
    "AdaptiveAvgPool2d", "RMSNorm", "Bilinear", "LeakyReLU", "ELU", "Softplus",
}  # fmt: skip
_LAST_DIMENSION = {"Linear", "ReLU", "GELU", "SiLU", "Tanh", "Sigmoid", "Identity"}
_ANY_LEADING = _LAST_DIMENSION | {
    "Embedding", "LayerNorm", "RMSNorm", "LeakyReLU", "ELU", "Softplus",
}  # fmt: skip
_FUNCTIONS = ("function", "builtin_function_or_method", "method", "")


def is_module(callee: Seen | None) -> bool:
    """Whether what is called is an object: a module, which draws nothing where it was run."""
    return callee is not None and callee.kind == "other" and str(callee.value) not in _FUNCTIONS


@batches("<module>")
def per_item_call(lifter: Lifter, call: Call) -> Value:
    """Call a module once with the batch, or map a function with ``torch.vmap``."""
    function, seen = call.function, lifter.what(call.node)
    if call.style != "function":
        return mapped_call(lifter, call)
    if function is None or seen is None:
        raise NotLiftable(f"how {call.name or 'this call'} batches is not known")
    if seen.kind == "list":
        return _results_of_module(lifter, call, seen)
    if seen.kind != "tensor" or seen.mixed or None in seen.shape:
        raise NotLiftable(f"{call.name} gives results of different shapes")
    callee = lifter.what(function)
    batched = [a for a in call.args if a.axes]
    axes = batched[0].axes if batched else ()
    if any(a.axes != axes or a.kind == "other" for a in batched) or not axes:
        raise NotLiftable(f"{call.name} of items of different loops")
    kind = str(callee.value) if callee is not None else ""
    if call.keywords or (len(axes) > 1 and kind not in _ANY_LEADING):
        raise NotLiftable(f"how {call.name} batches is not known")
    takes_batches = kind in _BATCH_FIRST or (is_module(callee) and lifter.direct)
    if takes_batches and len(batched) == len(call.args):
        return _called_once(lifter, call, kind, seen)
    lifter.used_ops += ["torch.vmap", "batched_call"]
    mapped = code.call("torch.vmap", function)
    if len(batched) != len(call.args):
        dims = [code.const(0) if a.axes else code.NONE for a in call.args]
        mapped = code.call("torch.vmap", function, in_dims=code.tuple_of(dims))
    made = code.call(mapped, *(a.code for a in call.args))
    return lifter.of(call.node, made, axes, seen.rank)


def _results_of_module(lifter: Lifter, call: Call, seen: Seen) -> Value:
    """``h, c = cell(x, (h, c))``: a tuple, of all items at once.

    Raises:
        NotLiftable: No module, or items and batches of one side by side.
    """
    operands = [*call.args, *call.keywords.values()]
    leaves = [p for v in operands for p in v.parts or (v,) if not p.is_fixed]
    axes, item = leaves[0].axes, seen.item
    if not lifter.direct or not is_module(lifter.what(call.function)) or call.function is None:
        raise NotLiftable(f"{call.name} gives several results")
    if item is None or item.kind != "tensor" or item.mixed or len(axes) != 1:
        raise NotLiftable(f"{call.name} gives several results")
    if any(v.axes != axes or v.kind != "tensor" for v in leaves):
        raise NotLiftable(f"{call.name} of items of different loops")
    single = item.shape[:1] == (1,) and all(v.shape[:1] == (1,) for v in leaves)
    lifter.used_ops += ["batched_call", "torch.vmap"]
    each = [_of_batch(v, single=single) for v in operands]
    by_name = dict(zip(call.keywords, each[len(call.args) :], strict=True))
    made = code.call(call.function, *each[: len(call.args)], **by_name)
    places = [code.subscript(made, [code.const(k)]) for k in range(seen.shape[0] or 0)]
    if single:
        places = [code.method(p, "unsqueeze", code.const(1)) for p in places]
    typed = Value(made, axes, item.rank, "tensor", item.dtype, item.shape)
    return Value(made, axes, 0, "other", parts=tuple(replace(typed, code=p) for p in places))


def _of_batch(value: Value, *, single: bool) -> ast.expr:
    """An operand, or a tuple of them, with the items as its batch."""
    if value.parts is not None:
        return code.tuple_of([_of_batch(p, single=single) for p in value.parts])
    return code.without_one(value.code, 1) if single and not value.is_fixed else value.code


def _called_once(lifter: Lifter, call: Call, kind: str, seen: Seen) -> Value:
    """Call a module with the batch, or in place of each batch of one."""
    lifter.used_ops += ["batched_call", "torch.vmap"]
    value, function = call.args[0], call.function or code.name(call.name)
    moved = _moved_leading(value) if kind in _LAST_DIMENSION else None
    if all(v.shape[:1] == (1,) for v in call.args) and seen.shape[:1] == (1,):
        made = code.call(function, *(code.without_one(v.code, 1) for v in call.args))
        made = code.method(made, "unsqueeze", code.const(1))
    elif moved is not None:
        made = code.method(code.call(function, moved[0]), "transpose", *moved[1])
    else:
        made = code.call(function, *(v.code for v in call.args))
    return lifter.of(call.node, made, value.axes, seen.rank)


def _moved_leading(value: Value) -> tuple[ast.expr, list[ast.expr]] | None:
    """``x`` of ``x.transpose(0, 1)``, where its last dimension stays the last, and the two."""
    last = len(value.axes) + value.rank - 1
    match value.code:
        case ast.Call(func=ast.Attribute(value=inner, attr="transpose"), args=[_, _] as args):
            numbers = [code.integer(a) for a in args]
            if all(n is not None and 0 <= n < last for n in numbers):
                return inner, args
    return None


@batches("jacobian", "hessian")
def derivative(lifter: Lifter, call: Call) -> Value:
    """``torch.autograd.functional.jacobian(f, x)`` per item is ``vmap(jacrev(f))``."""
    function, value = call.args[:2]
    if not function.is_fixed or len(value.axes) != 1 or call.keywords:
        raise NotLiftable(f"{call.name} of a function that differs between iterations")
    name = "torch.func.jacrev" if call.name == "jacobian" else "torch.func.hessian"
    lifter.used_ops += ["torch.vmap", name]
    made = code.call(code.call("torch.vmap", code.call(name, function.code)), value.code)
    derived, seen = lifter.what(_first_argument(call)), lifter.what(call.node)
    if derived is not None and derived.requires_grad:  # the loop's result knows no parameters
        made = code.method(made, "detach")
    return lifter.of(call.node, made, value.axes, seen.rank if seen else value.rank)


def _first_argument(call: Call) -> ast.expr | None:
    return call.node.args[0] if isinstance(call.node, ast.Call) and call.node.args else None


@batches("roll")
def roll(lifter: Lifter, call: Call) -> Value:
    """The same shift for all is ``roll``; one shift a row is a gather."""
    value = call.args[0]
    shift = call.argument(1, "shifts")
    dim = call.argument(2, "dims")
    if shift is None or not value.axes:
        raise NotLiftable("roll is not understood here")
    count = len(value.axes)
    number = 0 if dim is None else code.integer(dim.code)
    if number is None or (dim is None and value.rank != 1):
        raise NotLiftable("roll over no literal dimension")
    if shift.is_fixed:
        moved = code.const(number + count if number >= 0 else number)
        return lifter.of(
            call.node, code.method(value.code, "roll", shift.code, moved), value.axes, value.rank
        )
    if value.rank != 1 or shift.axes != value.axes or count != 1:
        raise NotLiftable("a roll by item over several dimensions")
    size = code.subscript(code.attribute_of(value.code, "shape"), [code.const(1)])
    place = code.call("torch.arange", size)
    offset = code.subscript(shift.code, [code.FULL, code.NONE])
    where = code.binary(code.binary(place, ast.Sub(), offset), ast.Mod(), size)
    lifter.used_ops += ["torch.gather", "torch.take_along_dim"]
    made = code.method(value.code, "gather", code.const(1), where)
    return lifter.of(call.node, made, value.axes, 1)


@batches("bincount")
def counts(lifter: Lifter, call: Call) -> Value:
    """One histogram a row adds ones into rows of zeros."""
    value = call.args[0]
    length = call.argument(2, "minlength")
    if length is None or not length.is_fixed or len(value.axes) != 1 or len(call.args) > 1:
        raise NotLiftable("bincount without a length of its own")
    lifter.used_ops += ["Tensor.scatter_add_", "torch.bincount"]
    rows = value.axes[0].size
    zeros = code.call("torch.zeros", rows, length.code, dtype=code.attribute("torch.long"))
    ones = code.call("torch.ones_like", value.code)
    made = code.method(zeros, "scatter_add_", code.const(1), value.code, ones)
    return lifter.of(call.node, made, value.axes, 1)


@batches("equal", "allclose")
def same(lifter: Lifter, call: Call) -> Value:
    """``torch.equal`` of items: all of their elements are equal."""
    left, right = call.args[:2]
    if left.rank != right.rank or call.name != "equal":
        raise NotLiftable(f"torch.{call.name} of different shapes")
    axes = union([left.axes, right.axes])
    compared = ast.Compare(
        align(left, axes, left.rank), [ast.Eq()], [align(right, axes, left.rank)]
    )
    dims = [code.const(len(axes) + k) for k in range(left.rank)]
    lifter.used_ops += ["torch.eq", "torch.all"]
    made: ast.expr = compared
    if dims:
        made = code.method(compared, "all", dim=dims[0] if len(dims) == 1 else code.tuple_of(dims))
    return Value(made, axes, 0, "tensor", "bool")
