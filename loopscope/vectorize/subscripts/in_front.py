"""Slices that begin later and end at the end, moved to the front: ``x[k:]``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.known import Span
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.spans import from_the_end, length_of, named_size, positions
from loopscope.vectorize.value import NotLiftable, Value, align


def read_in_front(
    lifter: Lifter, data: Value, span: tuple[Value | None, Value | None], size: ast.expr
) -> Value:
    """Return the slice's items in front of the dimension, with a mask of how many they are.

    Raises:
        NotLiftable: It does not end at the end, or what is sliced differs between iterations.
    """
    lower, upper = (from_the_end(lifter, bound, size) for bound in span)
    if lower is None or upper is not None or data.axes or lower.kind == "other" or lower.carry:
        raise NotLiftable("a slice that begins and ends anywhere")
    whole = Value(size, kind="number", dtype="int")
    left = combine(lifter, whole, ast.Sub(), lower)
    length = length_of(left)
    if length is None:
        raise NotLiftable("a slice whose length is read from data")
    size = named_size(lifter, size)
    place = positions(lifter, size)
    test = ast.Compare(place.code, [ast.Lt()], [align(left, left.axes, 1)])
    mask = Value(test, left.axes, 1, "tensor", "bool", (None,), span=Span(length, size))
    made = _windows(lifter, data, lower, size)
    if made is not None:
        return replace(data, code=made, axes=lower.axes, mask=mask, zeroed=made)
    lifter.used_ops.append("advanced_indexing")
    last = code.binary(size, ast.Sub(), code.const(1))
    moved = code.binary(place.code, ast.Add(), align(lower, lower.axes, 1))
    dims = list(range(data.rank))
    index = [*[code.FULL] * data.masked, code.method(moved, "clamp", max=last)]
    have = [*dims[: data.masked], *lower.axes, *dims[data.masked :]]
    made = code.permuted(code.subscript(data.code, index), have, [*lower.axes, *dims])
    return replace(data, code=made, axes=lower.axes, mask=mask)


def _windows(lifter: Lifter, data: Value, lower: Value, size: ast.expr) -> ast.expr | None:
    """As windows of the data with zeros behind it; ``None`` where the slices skip places."""
    counter, dim = lower.counter, data.masked
    if counter is None or counter.also is not None or counter.sign != 1 or dim != data.rank - 1:
        return None
    axis, first = counter.axis, counter.axis.start + counter.offset
    if axis.step != 1 or axis.reverse or (not first.terms and first.constant < 0):
        return None
    zeros = (axis.stop + counter.offset - Linear((), 1)).code()
    padding = code.tuple_of([code.const(0), zeros])
    padded = code.call("torch.nn.functional.pad", data.code, padding)
    windows: ast.expr = code.method(padded, "unfold", code.const(dim), size, code.const(1))
    if not first.is_zero:
        windows = code.subscript(windows, [*[code.FULL] * dim, ast.Slice(lower=first.code())])
    lifter.used_ops += ["torch.nn.functional.pad", "Tensor.unfold"]
    dims = list(range(data.rank))
    return code.permuted(windows, [*dims[:dim], axis, dim], [axis, *dims])
