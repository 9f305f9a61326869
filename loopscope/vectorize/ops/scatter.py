"""Values put at the places that an index names, along one dimension of an item."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.value import NotLiftable, Value, expand


@batches("scatter", "scatter_add", "scatter_reduce")
def scatter(lifter: Lifter, call: Call) -> Value:
    """The dimension moves behind the batch axes; every operand has them all."""
    if len(call.args) < 4:
        raise NotLiftable(f"{call.name} with its operands by name")
    value, dim, index, source = call.args[:4]
    number = code.integer(dim.code)
    ranks = {v.rank for v in (value, index, source) if v is not source or v.rank}
    if number is None or len(ranks) != 1:
        raise NotLiftable(f"{call.name} of these operands")
    axes = union([v.axes for v in (value, index, source)])
    moved = code.const(number + len(axes) if number >= 0 else number)
    first, at = expand(value, axes).code, expand(index, axes).code
    put = expand(source, axes).code if source.rank else source.code
    if source.axes and not source.rank:
        raise NotLiftable(f"{call.name} of a number of each item")
    lifter.used_ops += [op_name(call.name), "advanced_indexing"]
    others = [v.code for v in call.args[4:]]
    return lifter.of(call.node, call.rebuild([first, moved, at, put, *others]), axes, value.rank)
