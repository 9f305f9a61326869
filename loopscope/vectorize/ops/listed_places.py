"""The counters of those iterations in which a test holds, listed: ``mask.nonzero()``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.counters import counted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.named_places import named_places
from loopscope.vectorize.value import ListValue, Value


def listed_places(lifter: Lifter, filled: ListValue) -> Value | None:
    """Return the tensor of a list of counters, or of tuples of them.

    ``None`` where its items are anything else, or the test is not one of each iteration's own.
    """
    item, mask = filled.item, filled.mask
    if item is None or mask is None or mask.axes != filled.axes or mask.rank or filled.more:
        return None
    if filled.front or any(axis.reverse or axis.step != 1 for axis in filled.axes):
        return None
    if f"first {code.text(mask.code)}" in lifter.ranges:  # a slice of them all
        return None
    found = [counted(part) for part in (item.parts or (item,))]
    pairs = [pair for pair in found if pair is not None and pair[0] in filled.axes]
    offset = pairs[0][1] if pairs else None
    if offset is None or len(pairs) < len(found) or any(moved != offset for _, moved in pairs):
        return None
    columns = [filled.axes.index(axis) for axis, _ in pairs]
    every = list(range(len(filled.axes)))
    if item.parts is not None and columns not in (every, every[::-1]):
        return None
    lifter.used_ops += ["torch.nonzero", "boolean_mask"]
    places: ast.expr = code.method(mask.code, "nonzero")
    if item.parts is not None:
        made = places
        if columns != every:
            made = code.method(made, "flip", code.const(1))
    elif len(every) == 1:
        made = code.subscript(places, [code.FULL, code.const(0)])
    else:
        made = code.name(named_places(lifter, mask.code, filled.axes)[columns[0]])
    if not offset.is_zero:
        made = code.binary(made, ast.Add(), offset.code())
    shape = (None,) if item.parts is None else (None, len(columns))
    return Value(made, (), len(shape), "tensor", "int64", shape, python=item.parts is None)
