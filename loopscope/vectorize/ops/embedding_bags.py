"""Sums and means of embedded segments: ``table(ids[a:b]).sum(0)`` is an embedding bag."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.segments import axes_of_groups
from loopscope.vectorize.value import Value

_MODES = {"sum": "sum", "mean": "mean", "max": "max", "amax": "max"}


def bag_of_segments(lifter: Lifter, members: Members, value: Value, how: str) -> Value | None:
    """Return what the embedded rows of each segment come to; ``None`` for any other rows.

    The mean of an empty bag is zero, that of no rows is not: where no test keeps the loop from it
    the sum is divided.
    """
    rows = lifter.embedded.get(code.text(value.code))
    segments = lifter.segments.get(code.text(members.owner))
    some = members.where is not None or members.outer or members.edges is not None
    if rows is None or segments is None or some or how not in _MODES or value.rank != 2:
        return None
    for condition in rows.conditions:
        lifter.assume(condition)
    prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
    lifter.used_ops.append("torch.nn.functional.embedding_bag")
    last = {"include_last_offset": True} if segments.with_end else {}
    by_size = how == "mean" and lifter.guard is None
    mode = "sum" if by_size else _MODES[how]
    made: ast.expr = code.call(
        f"{prefix}.embedding_bag", rows.ids, rows.table, segments.offsets, mode=mode, **last
    )
    if by_size:
        sizes = code.subscript(segments.sizes, [code.FULL, code.NONE])
        made = code.binary(made, ast.Div(), sizes)
    return Value(made, axes_of_groups(members), 1, "tensor", value.dtype, value.shape[1:])
