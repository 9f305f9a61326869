"""Variance and deviation of slices whose length differs: squares off the mean within the mask."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.corrections import without_correction
from loopscope.vectorize.span_masks import count_inside, filled_outside, is_never_empty
from loopscope.vectorize.value import NotLiftable, Value, align


def masked_spread(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value:
    """``x[:n].std()`` and ``x[:n].var()``.

    What is outside is no distance from the mean, rather than none that is summed: the mean of an
    empty slice is NaN, and would make the gradient so.

    Raises:
        NotLiftable: It is that of several dimensions, or has a correction of its own.
    """
    plain, correction = without_correction(call)
    dim = call.argument(1, "dim", "axis")
    along = dim is None or isinstance(code.integer(dim.code), int)
    if not along or plain.keywords.keys() - {"dim", "axis"} or (dim is None and value.rank > 1):
        raise NotLiftable(f"{call.name} of a slice of differing length")
    if not value.dtype.startswith(("float", "bfloat")) or len(call.args) > 2:
        raise NotLiftable(f"{call.name} of a slice of differing length")
    axes, rank = union([value.axes, mask.axes]), value.rank - 1
    deep = len(axes) + value.masked
    lifter.used_ops += [f"torch.{call.name}", "torch.where", "torch.sum"]
    counts = lifter.bind("counts", count_inside(mask))
    total = code.method(filled_outside(value, mask, "0"), "sum", dim=deep)
    shape = tuple(s for k, s in enumerate(value.shape) if k != value.masked)
    item = Value(total, axes, rank, "tensor", value.dtype, shape)
    average = code.binary(total, ast.Div(), align(counts, axes, rank))
    mean = lifter.bind("mean", replace(item, code=average))
    across = code.subscript(mean.code, [*[code.FULL] * deep, code.NONE])
    off = Value(
        code.binary(align(value, axes, value.rank), ast.Sub(), across),
        axes, value.rank, "tensor", value.dtype, value.shape, masked=value.masked,
    )  # fmt: skip
    squares = code.method(filled_outside(off, mask, "0"), "square")
    number = counts
    if correction:
        less = code.binary(counts.code, ast.Sub(), code.const(correction))
        number = replace(counts, code=_divisor(lifter, mask, less))
    made: ast.expr = code.binary(
        code.method(squares, "sum", dim=deep), ast.Div(), align(number, axes, rank)
    )
    if call.name == "var":
        return replace(item, code=made)
    test = _test(lifter, axes)
    if test is not None:
        made = code.call("torch.where", align(test, axes, rank), made, code.const(1))
    return replace(item, code=code.method(made, "sqrt"))


def _divisor(lifter: Lifter, mask: Value, less: ast.expr) -> ast.expr:
    """One less than there are; of none it is zero, so that NaN comes of it as in the loop."""
    test = _test(lifter, mask.axes)
    if test is not None:
        return code.call("torch.where", test.code, less, code.const(1))
    if lifter.guard is not None or is_never_empty(lifter, mask):
        return less
    return code.method(less, "clamp", min=0)


def _test(lifter: Lifter, axes: tuple[Axis, ...]) -> Value | None:
    """The test that keeps the loop from ``0 / 0`` and the root of zero, which have no gradient."""
    guard = lifter.guard
    if guard is None or guard.axes != axes or guard.rank or guard.carry is not None:
        return None
    return guard
