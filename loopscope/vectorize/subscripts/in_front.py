"""Slices that begin later and end at the end, moved to the front: ``x[k:]``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators import combine
from loopscope.vectorize.spans import from_the_end, length_of, named_size, positions
from loopscope.vectorize.value import NotLiftable, Span, Value, align


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
    place, begin = positions(lifter, size), align(lower, lower.axes, 1)
    last = code.binary(size, ast.Sub(), code.const(1))
    index = code.method(code.binary(place.code, ast.Add(), begin), "clamp", max=last)
    test = ast.Compare(place.code, [ast.Lt()], [align(left, left.axes, 1)])
    mask = Value(test, left.axes, 1, "tensor", "bool", (None,), span=Span(length, size))
    lifter.used_ops.append("advanced_indexing")
    dims = list(range(data.rank))
    made = code.subscript(data.code, [*[code.FULL] * data.masked, index])
    have = [*dims[: data.masked], *lower.axes, *dims[data.masked :]]
    made = code.permuted(made, have, [*lower.axes, *dims])
    return replace(data, code=made, axes=lower.axes, mask=mask)
