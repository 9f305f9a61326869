"""Ops along one dimension of an item, and ops that rearrange an item's dimensions."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.ops.reductions import minus_one, shifted_dims, without_single
from loopscope.vectorize.ops.repeated_rows import repeated_row
from loopscope.vectorize.unbinding import unbound
from loopscope.vectorize.value import NotLiftable, Value, whole_number

_ALONG = {
    "softmax": 1, "log_softmax": 1, "softmin": 1, "cumsum": 1, "cumprod": 1, "logcumsumexp": 1,
    "cummax": 1, "cummin": 1, "flip": 1, "normalize": 2, "renorm": 2, "sort": 1, "argsort": 1,
    "topk": 2, "diff": 2, "unfold": 1, "narrow": 1, "select": 1, "index_select": 1, "glu": 1,
    "movedim": 1, "unflatten": 1,
}  # fmt: skip


_PAIRS = {"cummax", "cummin", "sort", "topk"}


_LAST = {"sort", "argsort", "topk", "diff"}


_LINALG = {
    "inverse", "inv", "pinv", "det", "logdet", "slogdet", "cholesky", "qr", "svd", "eigh",
    "eigvalsh", "eig", "eigvals", "svdvals", "matrix_exp", "matrix_power", "matrix_rank",
    "tril", "triu", "cholesky_inverse", "fliplr", "rot90_last", "fft", "ifft", "rfft", "irfft",
    "fft2", "ifft2", "rfft2", "irfft2", "hfft", "ihfft", "stft", "trapezoid", "trapz",
    "cumulative_trapezoid", "isin", "one_hot", "layer_norm", "pad", "matrix_norm", "cond",
}  # fmt: skip


@batches(*_ALONG)
def along(lifter: Lifter, call: Call) -> Value:
    """The same dimension, behind the batch axes."""
    value, count = _operand(call)
    position = _ALONG[call.name]
    dim = call.argument(position, "dim", "axis", "dims")
    others = [a.code for k, a in enumerate(call.args[1:], 1) if k != position]
    keywords: dict[str, object] = {
        k: v.code for k, v in call.keywords.items() if k not in ("dim", "axis", "dims")
    }
    if dim is None:
        if call.name not in _LAST:
            raise NotLiftable(f"{call.name} without a dimension")
        dims = None
    else:
        dims = shifted_dims(dim.code, count)
    single = without_single(value.code, count, dims) if dims is not None else None
    if single is not None and call.name in ("softmax", "log_softmax") and dim is not None:
        value = replace(value, code=single, rank=value.rank - 1, shape=value.shape[1:])
        dims = minus_one(dims) if dims is not None else None
    lifter.used_ops.append(op_name(call.name))
    if call.name in ("flip", "unfold", "narrow", "select", "index_select", "movedim", "unflatten"):
        if call.name in ("movedim",):
            others = [shifted_dims(o, count) for o in others]
        made: ast.expr = code.method(value.code, call.name, dims or code.const(-1), *others)
    else:
        if dims is not None:
            keywords["dim"] = dims
        head = [value.code, *others]
        if call.style in ("method",) or (
            call.style.startswith("torch.") and call.style.count(".") == 1
        ):
            made = code.method(head[0], call.name, *head[1:], **keywords)
        else:
            made = code.call(call.function or call.style, *head, **keywords)
    seen = lifter.what(call.node)
    if single is not None:
        made = code.method(made, "unsqueeze", code.const(count))
    if call.name in _PAIRS:
        first = ast.Attribute(value=made, attr="values", ctx=ast.Load())
        second = ast.Attribute(value=made, attr="indices", ctx=ast.Load())
        if call.name == "sort":
            lifter.permutations.add(code.text(second))
        parts = (
            Value(first, value.axes, value.rank, "tensor", value.dtype),
            Value(second, value.axes, value.rank, "tensor", "int64"),
        )
        return Value(made, value.axes, value.rank, "other", parts=parts)
    rank = seen.rank if seen is not None and seen.kind == "tensor" else value.rank
    if call.name == "argsort":
        lifter.permutations.add(code.text(made))
    return lifter.of(call.node, made, value.axes, rank)


_PARTS = {"svd": (2, 1, 2), "eigh": (1, 2), "eig": (1, 2), "qr": (2, 2), "slogdet": (0, 0)}


@batches(*_LINALG)
def on_last_dimensions(lifter: Lifter, call: Call) -> Value:
    """Ops that work on the last dimensions and take batches as they are."""
    value, count = _operand(call)
    if any(not a.is_fixed for a in call.args[1:]):
        raise NotLiftable(f"{call.name} with operands that differ between iterations")
    name = {"inverse": "inv"}.get(call.name, call.name)
    made: ast.expr
    if call.name == "inverse":
        made = code.call("torch.linalg.inv", value.code)
    else:
        dims = {k: shifted_dims(v.code, count) for k, v in call.keywords.items() if k == "dim"}
        made = call.rebuild([value.code, *(a.code for a in call.args[1:])], **dims)
    lifter.used_ops.append(op_name(name))
    seen = lifter.what(call.node)
    if call.name in _PARTS:
        dtype = value.dtype if call.name != "eig" else ""
        parts = tuple(
            Value(
                code.subscript(made, [code.const(k)]),
                value.axes,
                rank,
                "tensor",
                dtype,
                (None,) * rank,
            )
            for k, rank in enumerate(_PARTS[call.name])
        )
        return Value(made, value.axes, 0, "other", parts=parts)
    rank = seen.rank if seen is not None else value.rank
    return lifter.of(call.node, made, value.axes, rank)


@batches("T", "t", "mT", "H", "mH")
def transposed(lifter: Lifter, call: Call) -> Value:
    """``x.T`` of an item."""
    value, _ = _operand(call)
    if value.rank < 2:
        return value
    if value.rank != 2 and call.name != "mT":
        raise NotLiftable(f".{call.name} of more than two dimensions")
    made = ast.Attribute(value=value.code, attr="mT", ctx=ast.Load())
    return lifter.of(call.node, made, value.axes, value.rank)


@batches("transpose", "swapaxes", "permute", "unsqueeze", "squeeze", "flatten", "unbind")
def rearranged(lifter: Lifter, call: Call) -> Value:
    """Dimensions given from the front move behind the batch axes."""
    value, count = _operand(call)
    dims = [a.code for a in call.args[1:]] or [v.code for v in call.keywords.values()]
    if len(dims) == 1 and isinstance(dims[0], ast.Tuple | ast.List):
        dims = list(dims[0].elts)
    seen = lifter.what(call.node)
    rank = seen.rank if seen is not None and seen.kind == "tensor" else value.rank
    match call.name:
        case "permute":
            front = [code.const(k) for k in range(count)]
            made = code.method(value.code, "permute", *front, *_moved(dims, count, value.rank))
        case "unsqueeze":
            number = code.integer(dims[0])
            if number is None:
                raise NotLiftable("unsqueeze at no literal dimension")
            made = code.method(value.code, "unsqueeze", shifted_dims(dims[0], count))
        case "squeeze" if not dims:
            ones = [code.const(count + k) for k, size in enumerate(value.shape) if size == 1]
            if not ones:
                return value
            made = code.method(
                value.code, "squeeze", ones[0] if len(ones) == 1 else code.tuple_of(ones)
            )
        case "flatten":
            start = dims[0] if dims else code.const(0)
            if value.rank == 1 and not dims[1:]:
                return value
            inner = code.squeezed(value.code, count)
            if inner is not value.code and not dims:
                fewer = replace(value, code=inner, rank=value.rank - 1, shape=value.shape[1:])
                return rearranged(lifter, replace(call, args=[fewer]))
            end = [shifted_dims(d, count) for d in dims[1:2]]
            made = code.method(value.code, "flatten", shifted_dims(start, count), *end)
        case "unbind":
            return unbound(lifter, value, code.integer(dims[0]) or 0 if dims else 0)
        case _:
            if not dims:
                raise NotLiftable(f"{call.name} without dimensions")
            made = code.method(value.code, call.name, *(shifted_dims(d, count) for d in dims))
    return lifter.of(call.node, made, value.axes, rank)


@batches("view", "reshape", "expand", "repeat", "tile")
def reshaped(lifter: Lifter, call: Call) -> Value:
    """The batch axes keep their sizes."""
    value, _ = _operand(call)
    sizes = [a.code for a in call.args[1:]]
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    if any(not a.is_fixed for a in call.args[1:]):
        row = repeated_row(call) if call.name in ("expand", "repeat") else None
        if row is None:
            raise NotLiftable("a shape that differs between iterations")
        return row
    seen = lifter.what(call.node)
    rank = seen.rank if seen is not None and seen.kind == "tensor" else len(sizes)
    numbers = [code.integer(s) for s in sizes]
    if call.name in ("view", "reshape"):
        if len(sizes) == 1 and numbers[0] == -1:
            if value.rank == 1:
                return value
            flat = replace(call, name="flatten", args=[value], keywords={})
            return rearranged(lifter, flat)
        if value.rank == 1 and sorted(n or 0 for n in numbers) == [-1, *[1] * (len(sizes) - 1)]:
            index = [code.NONE if n == 1 else code.FULL for n in numbers]
            made = code.subscript(value.code, [*[code.FULL] * len(value.axes), *index])
            return lifter.of(call.node, made, value.axes, rank)
        single = len(value.axes) == 1 and -1 not in numbers and None not in numbers
        front = [code.const(-1)] if single else [axis.size for axis in value.axes]
        made = code.method(value.code, "reshape", *front, *sizes)
    elif call.name == "expand":
        front = [code.const(-1) for _ in value.axes]
        operand = value.code
        extra = len(sizes) - value.rank
        if extra > 0:
            index = [code.FULL] * len(value.axes) + [code.NONE] * extra
            operand = code.subscript(operand, index)
        made = code.method(operand, "expand", *front, *sizes)
    else:
        if len(sizes) > value.rank:
            raise NotLiftable(f"{call.name} to more dimensions")
        made = code.method(value.code, call.name, *[code.const(1) for _ in value.axes], *sizes)
    return lifter.of(call.node, made, value.axes, rank)


@batches("size", "shape", "dim", "numel", "len", "ndim", "dtype", "device", "__len__")
def measured(lifter: Lifter, call: Call) -> Value:
    """A size of one item is fixed where all items have it."""
    value = call.args[0]
    seen = lifter.what(call.node)
    count = len(value.axes)
    if value.kind == "other":
        raise NotLiftable("the size of what is no tensor")
    if call.name in ("dtype", "device"):
        made: ast.expr = ast.Attribute(value=value.code, attr=call.name, ctx=ast.Load())
        return Value(made, kind="other")
    if None in value.shape or seen is None or seen.mixed:
        raise NotLiftable("items differ in size")
    match call.name:
        case "dim" | "ndim":
            return whole_number(code.const(value.rank))
        case "len" | "__len__":
            return _size(value, count)
        case "size" if len(call.args) > 1:
            number = code.integer(call.args[1].code)
            if number is None:
                raise NotLiftable("the size of no literal dimension")
            return _size(value, number + count if number >= 0 else number)
        case "numel":
            made = _size(value, count).code
            for k in range(1, value.rank):
                made = code.binary(made, ast.Mult(), _size(value, count + k).code)
            return whole_number(made)
        case "shape" | "size":
            sizes = tuple(_size(value, count + k) for k in range(value.rank))
            return Value(code.tuple_of([s.code for s in sizes]), kind="other", parts=sizes)
        case _:
            raise NotLiftable(f"{call.name} of an item")


@batches("diag", "diagonal", "trace", "diag_embed")
def diagonals(lifter: Lifter, call: Call) -> Value:
    """Diagonals of an item's last two dimensions."""
    value, _ = _operand(call)
    if len(call.args) > 1 or call.keywords:
        raise NotLiftable(f"{call.name} with options")
    if value.rank == 1:
        made: ast.expr = code.call("torch.diag_embed", value.code)
        return lifter.of(call.node, made, value.axes, 2)
    if value.rank != 2:
        raise NotLiftable(f"{call.name} of more than two dimensions")
    made = code.method(value.code, "diagonal", dim1=-2, dim2=-1)
    if call.name == "trace":
        return lifter.of(call.node, code.method(made, "sum", code.const(-1)), value.axes, 0)
    return lifter.of(call.node, made, value.axes, 1)


def _size(value: Value, dim: int) -> Value:
    made = code.subscript(
        ast.Attribute(value=value.code, attr="shape", ctx=ast.Load()), [code.const(dim)]
    )
    return whole_number(made)


def _moved(dims: list[ast.expr], count: int, rank: int) -> list[ast.expr]:
    numbers = [code.integer(d) for d in dims]
    if None in numbers:
        raise NotLiftable("a permutation of no literal dimensions")
    return [code.const(count + (n if n >= 0 else rank + n)) for n in numbers if n is not None]


def _operand(call: Call) -> tuple[Value, int]:
    value = call.args[0]
    if value.kind == "other" or not value.axes:
        raise NotLiftable(f"{call.name} is not understood here")
    return value, len(value.axes)
