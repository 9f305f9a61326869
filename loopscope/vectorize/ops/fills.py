"""Tensors of one number each: ``torch.full((k,), i)`` is that number, repeated."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value


@batches("full", "zeros", "ones")
def filled(lifter: Lifter, call: Call) -> Value:
    """``torch.full(size, number)`` where the number, or how many rows there are, differs."""
    size, fill = call.argument(0, "size"), call.argument(1, "fill_value")
    if call.name != "full":
        size, fill = _size(call), Value(code.const(int(call.name == "ones")), kind="number")
    if size is None or fill is None:
        raise NotLiftable(f"{call.name} of no size")
    return of_one_number(lifter, call, size, fill)


def of_one_number(lifter: Lifter, call: Call, size: Value, fill: Value) -> Value:
    """Return the number, for each element of a tensor of such a size.

    Raises:
        NotLiftable: It is no number, or the rows differ in length.
    """
    seen = lifter.what(call.node)
    if seen is None or seen.kind != "tensor" or seen.mixed or not seen.rank:
        raise NotLiftable(f"{call.name} of a size that is not known")
    if fill.kind == "other" or fill.rank or fill.carry or fill.members or fill.mask:
        raise NotLiftable(f"{call.name} of what is no number")
    sizes = list(size.parts) if size.parts is not None else [size]
    number = cast(fill, seen.dtype) if fill.axes else fill
    if fill.counter is not None and seen.dtype == "int64":
        number = replace(fill, dtype="int64")
    number = replace(number, kind="tensor", counter=None, python=False, dtype=seen.dtype)
    lifter.used_ops += ["Tensor.expand", "torch.repeat_interleave"]
    if all(s.is_fixed for s in sizes):
        return _repeated(number, sizes, seen.shape)
    if len(sizes) != seen.rank or not all(s.is_fixed for s in sizes[1:]):
        raise NotLiftable(f"{call.name} of a size that differs between iterations")
    row = _repeated(number, sizes[1:], seen.shape[1:])
    return replace(row, rank=seen.rank, kind="other", repeats=sizes[0], shape=seen.shape)


def _size(call: Call) -> Value:
    """``torch.zeros(n, 2)`` is ``torch.zeros((n, 2))``."""
    first = call.argument(0, "size")
    if len(call.args) > 1 or first is None or (first.parts is None and first.kind == "number"):
        return Value(code.NONE, kind="other", parts=tuple(call.args))
    return first


def _repeated(number: Value, sizes: list[Value], shape: tuple[int | None, ...]) -> Value:
    """The number with dimensions of its own, which are as long as they are said to be."""
    if not sizes:
        return number
    if not number.axes:
        raise NotLiftable("rows of one number whose count differs between iterations")
    count = len(number.axes)
    wide = code.subscript(number.code, [*[code.FULL] * count, *[code.NONE] * len(shape)])
    lengths = [s.code for s in sizes]
    if len(sizes) == 1 and (len(shape) > 1 or sizes[0].kind == "other"):  # ``x.shape``
        lengths = [ast.Starred(sizes[0].code, ast.Load())]
    if isinstance(sizes[0].code, ast.Tuple | ast.List) and len(sizes) == 1:
        lengths = list(sizes[0].code.elts)
    made = code.method(wide, "expand", *[code.const(-1)] * count, *lengths)
    return replace(number, code=made, rank=len(shape), shape=shape)
