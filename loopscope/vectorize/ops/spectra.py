"""Fourier transforms over several dimensions: of an item's own, or of those that are named."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.ops.reductions import shifted_dims
from loopscope.vectorize.value import NotLiftable, Value

_DIM = {"fftshift": 1, "ifftshift": 1}  # which argument names them; the third of the others


@batches("fftn", "ifftn", "rfftn", "irfftn", "fftshift", "ifftshift")
def over_dimensions(lifter: Lifter, call: Call) -> Value:
    """Without dimensions it is over all of an item: the last ones."""
    value, position = call.args[0], _DIM.get(call.name, 2)
    dim = call.argument(position, "dim")
    if value.kind == "other" or not all(v.is_fixed for v in call.args[1:]):
        raise NotLiftable(f"{call.name} is not understood here")
    if dim is not None:
        dims = shifted_dims(dim.code, len(value.axes))
    else:
        dims = code.tuple_of([code.const(k - value.rank) for k in range(value.rank)])
    lifter.used_ops.append(op_name(call.name))
    others = [v.code for v in call.args[1:position]]
    made = call.rebuild([value.code, *others], dim=dims)
    return lifter.of(call.node, made, value.axes, value.rank)
