"""Values put at the places that an index names, along one dimension of an item."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.value import NotLiftable, Value, expand, union


@batches("scatter", "scatter_add", "scatter_reduce")
def scatter(lifter: Lifter, call: Call) -> Value:
    """The dimension moves behind the batch axes; every operand has them all."""
    value, dim, index, source, *rest = [*call.args, *call.keywords.values()]
    number = code.integer(dim.code)
    tensors = [v for v in (value, index, source) if v.rank]
    if number is None or len({v.rank for v in tensors}) != 1 or value.rank != index.rank:
        raise NotLiftable(f"{call.name} of these operands")
    if call.keywords.keys() & {"dim", "index", "src", "value", "out"}:
        raise NotLiftable(f"{call.name} with its operands by name")
    axes = union([v.axes for v in (value, index, source)])
    moved = code.const(number + len(axes) if number >= 0 else number)
    first, at, put = (expand(v, axes).code if v.rank or v.axes else v.code
                      for v in (value, index, source))  # fmt: skip
    lifter.used_ops += [op_name(call.name), "advanced_indexing"]
    others = [v.code for v in call.args[4:]]
    return lifter.of(call.node, call.rebuild([first, moved, at, put, *others]), axes, value.rank)
