"""How many rows each group has: ``(owner == k).sum()``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call
from loopscope.vectorize.groups.members import (
    assume_members,
    groups_alone,
    sizes_of_groups,
)
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_EXACT = ("bool", "int64", "int32", "float32", "float64")


def count_selected(lifter: Lifter, call: Call, value: Value) -> Value | None:
    """The sum, or the mean, of a mask ``owner == k`` for all ``k``; ``None`` for any other."""
    rows = value.selects
    if rows is None or call.keywords or value.dtype not in _EXACT:
        return None
    if call.name not in ("sum", "count_nonzero", "mean", "any") or rows.outer != value.axes[:-1]:
        return None
    if value.axes[-1:] != (rows.axis,) or (rows.outer and rows.edges is None):
        return None
    if call.name == "mean" and rows.where is not None:
        return None
    if lifter.indices == "repeated":  # some rows may belong to none of the groups
        return None
    assume_members(lifter, rows)
    in_a_row = rows.deep == 1 or rows.where is not None
    flat = rows if in_a_row else replace(rows, owner=code.method(rows.owner, "flatten"))
    counts = count_rows(lifter, flat)
    made = counts.code
    if call.name == "any":
        return replace(counts, code=ast.Compare(made, [ast.Gt()], [code.const(0)]), dtype="bool")
    if value.dtype.startswith("float"):
        made = code.method(made, "double" if value.dtype == "float64" else "float")
    if call.name == "mean":
        made = code.binary(made, ast.Div(), _num_rows(flat))
    dtype = value.dtype if value.dtype.startswith("float") else "int64"
    return replace(counts, code=made, dtype=dtype)


def count_rows(lifter: Lifter, members: Members) -> Value:
    """Return how many rows belong to each group."""
    lifter.used_ops.append("torch.bincount")
    owner, sizes = members.owner, sizes_of_groups(members)
    key = f"rows of {code.text(owner)}"
    if key in lifter.owners:
        return lifter.owners[key]
    axes = union([members.outer, (members.axis,)])
    if not members.outer:
        made: ast.expr = code.call("torch.bincount", owner, minlength=sizes[0])
    else:
        ones, zeros = code.call("torch.ones_like", owner), code.method(owner, "new_zeros", *sizes)
        dim = code.const(len(members.outer))
        made = code.method(zeros, "scatter_add_", dim, owner, ones)
    counts = Value(groups_alone(members, made), axes, 0, "tensor", "int64")
    if members.edges is None:
        return counts
    lifter.owners[key] = lifter.bind("counts", counts)
    return lifter.owners[key]


def _num_rows(members: Members) -> ast.expr:
    if not members.outer:
        return code.call("len", members.owner)
    shape = code.attribute_of(members.owner, "shape")
    return code.subscript(shape, [code.const(-1)])
