"""Where values stand among sorted ones: ``searchsorted`` and ``bucketize``."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value, expand


@batches("searchsorted", "bucketize")
def find_places(lifter: Lifter, call: Call) -> Value:
    """All values among the same edges, or those of each iteration among its own."""
    if not call.style.startswith("torch.") or len(call.args) != 2:
        raise NotLiftable(f"{call.name} in a form that is not understood")
    if any(not v.is_fixed for v in call.keywords.values()):
        raise NotLiftable(f"{call.name} with an option that differs between iterations")
    edges_first = call.name == "searchsorted"
    edges, values = call.args if edges_first else call.args[::-1]
    if any(v.kind == "other" or v.carry is not None for v in (edges, values)) or edges.rank != 1:
        raise NotLiftable(f"{call.name} in a form that is not understood")
    lifter.used_ops += ["torch.searchsorted", "torch.bucketize"]
    if edges.is_fixed:
        made = (edges.code, values.code) if edges_first else (values.code, edges.code)
        return lifter.of(call.node, call.rebuild(made), values.axes, values.rank)
    axes = union([edges.axes, values.axes])
    if not edges_first or values.rank > 1 or edges.counter is not None:
        raise NotLiftable(f"{call.name} among edges that differ between iterations")
    sought = expand(values, axes).code
    single = not values.rank
    if single:
        sought = code.subscript(sought, [*[code.FULL] * len(axes), code.NONE])
    found = call.rebuild([expand(edges, axes).code, sought])
    whole = code.method(found, "squeeze", code.const(len(axes))) if single else found
    return lifter.of(call.node, whole, axes, values.rank)
