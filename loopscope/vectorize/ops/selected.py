"""How many rows each group has: ``(owner == k).sum()``."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.members import assume_members
from loopscope.vectorize.value import Value

_EXACT = ("bool", "int64", "int32", "float32", "float64")


def count_selected(lifter: Lifter, call: Call, value: Value) -> Value | None:
    """The sum of a mask ``owner == k`` for all ``k``; ``None`` for any other sum."""
    rows = value.selects
    if rows is None or call.name not in ("sum", "count_nonzero") or call.keywords:
        return None
    if rows.outer or value.axes != (rows.axis,) or value.dtype not in _EXACT:
        return None
    if lifter.indices == "repeated":  # some rows may belong to none of the groups
        return None
    assume_members(lifter, rows)
    lifter.used_ops.append("torch.bincount")
    flat = rows.owner if rows.deep == 1 else code.method(rows.owner, "flatten")
    made = code.call("torch.bincount", flat, minlength=rows.axis.size)
    counts = Value(made, (rows.axis,), 0, "tensor", "int64")
    if value.dtype.startswith("float"):
        name = "double" if value.dtype == "float64" else "float"
        counts = replace(counts, code=code.method(made, name), dtype=value.dtype)
    return counts
