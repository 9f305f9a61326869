"""Sums that are kept right before they are made anew: one sum for each run of items."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.restarted import filled_with, start_of
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, ListValue, Value

_SUMMED = ("float16", "bfloat16", "float32", "float64", "int32", "int64")


def totals_of_runs(
    lifter: Lifter, filled: ListValue, seen: Carry, carry: Carry | None, axis: Axis
) -> Value | None:
    """Return the sums of a list that is filled where a sum ends; ``None`` for anything else.

    ``if done[t]: totals.append(total)``, then ``total = 0``: every item belongs to the run whose
    number is how many have ended before it.
    """
    term, test = seen.term, filled.mask
    if carry is None or carry.form != "restart" or term is None or test is None:
        return None
    plain = seen.form == "add" and seen.test is None and carry.op == "instead"
    ends = carry.test is not None and code.text(carry.test.code) == code.text(test.code)
    if not plain or not ends or axis.reverse or filled.more or filled.front:
        return None
    if term.axes != (axis,) or term.dtype not in _SUMMED or carry.scale is not None:
        return None
    start = start_of(lifter, carry, None)
    if carry.first is None or not all(filled_with(lifter, v, 0) for v in (carry.first, start)):
        return None
    lifter.used_ops += ["Tensor.index_add_", "torch.cumsum"]
    counted = code.binary(
        code.method(test.code, "cumsum", code.const(0)), ast.Sub(), code.method(test.code, "long")
    )
    run = lifter.bind("run", Value(counted, (axis,)))
    zeros = code.call("torch.zeros_like", term.code)
    sums = code.method(zeros, "index_add_", code.const(0), run.code, term.code)
    count = code.method(test.code, "sum")
    made = code.subscript(sums, [ast.Slice(upper=count)])
    whole = replace(term, code=made, axes=(), rank=term.rank + 1, counter=None)
    return replace(whole, shape=(None, *term.shape))
