"""Sums over spans of one table's rows: what each span takes is gathered, and nothing else."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_BAG = "torch.nn.functional.embedding_bag"


def sums_of_spans(lifter: Lifter, value: Value, mask: Value) -> Value | None:
    """``table[a:b].sum(0)`` of every ``a`` and ``b``; ``None`` where a mask has to do.

    The result's ``counts`` are the spans' sizes.
    """
    lower, upper = (*mask.bounds, None, None)[:2]
    if (
        lower is None
        or upper is None
        or value.axes
        or value.rank != 2
        or value.masked
        or len(mask.axes) != 1
    ):
        return None
    if lower.axes != mask.axes or upper.axes != mask.axes or lower.counter or upper.counter:
        return None
    if not value.dtype.startswith("float") or not isinstance(value.code, ast.Name | ast.Attribute):
        return None
    inside = ast.Compare(lower.code, [ast.GtE()], [code.const(0)])
    lifter.assume(code.text(code.call("bool", code.method(inside, "all"))))
    whole = code.subscript(code.attribute_of(value.code, "shape"), [code.const(0)])
    inside = ast.Compare(upper.code, [ast.LtE()], [whole])
    lifter.assume(code.text(code.call("bool", code.method(inside, "all"))))
    lifter.used_ops += [_BAG, "torch.repeat_interleave", "torch.cumsum"]
    difference = code.binary(upper.code, ast.Sub(), lower.code)
    sizes = lifter.bind("sizes", Value(code.method(difference, "clamp", min=0))).code
    begin = code.binary(code.method(sizes, "cumsum", code.const(0)), ast.Sub(), sizes)
    offsets = lifter.bind("offsets", Value(begin)).code
    moved = code.method(code.binary(lower.code, ast.Sub(), offsets), "repeat_interleave", sizes)
    counted = code.call("torch.arange", code.method(sizes, "sum"))
    rows = lifter.bind("rows", Value(code.binary(counted, ast.Add(), moved))).code
    made = code.call(_BAG, rows, value.code, offsets, mode="sum")
    found = Value(made, mask.axes, 1, "tensor", value.dtype, value.shape[1:])
    return replace(found, counts=Value(sizes, mask.axes, 0, "tensor", "int64"))


def mean_of_spans(sums: Value) -> Value:
    """The sums by the spans' sizes; of an empty span it is NaN, as the loop has it."""
    sizes = sums.counts
    if sizes is None:
        return sums
    made = code.binary(sums.code, ast.Div(), code.subscript(sizes.code, [code.FULL, code.NONE]))
    return replace(sums, code=made, counts=None)
