"""``torch.dist(a, b)`` of items: the norm of all differences."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.ops.reductions import reduction
from loopscope.vectorize.value import NotLiftable, Value


@batches("dist")
def distance(lifter: Lifter, call: Call) -> Value:
    """The norm over all dimensions of an item, as ``torch.dist`` has no ``dim``."""
    left, right, *order = [*call.args, *call.keywords.values()]
    if {*call.keywords} - {"p"} or len(order) > 1 or any(not v.is_fixed for v in order):
        raise NotLiftable("torch.dist with other arguments")
    difference = combine(lifter, left, ast.Sub(), right)
    return reduction(
        lifter,
        replace(call, name="norm", style="method", args=[difference, *order], keywords={}),
    )
