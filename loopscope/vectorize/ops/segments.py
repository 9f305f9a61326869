"""What a group's rows come to: their sum, their number, their extremum."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.groups.members import groups_alone, outer_index, sizes_of_groups
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.selected import count_rows
from loopscope.vectorize.value import NotLiftable, Value


def summed(lifter: Lifter, members: Members, value: Value) -> Value:
    """Return the sum of each group's rows."""
    if value.rank > 1 and not isinstance(value.code, ast.Name | ast.Attribute):
        value = lifter.bind("rows", value)
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.scatter_reduce"]
    shape = code.attribute_of(value.code, "shape")
    sizes = [
        *sizes_of_groups(members),
        *(
            code.subscript(shape, [code.const(len(members.outer) + 1 + k)])
            for k in range(value.rank - 1)
        ),
    ]
    zeros = code.method(value.code, "new_zeros", *sizes)
    deep = len(members.outer)
    if not members.outer:
        made = code.method(zeros, "index_add_", code.const(0), members.owner, value.code)
    elif value.rank == 1 and value.axes == members.outer:
        made = code.method(zeros, "scatter_add_", code.const(deep), members.owner, value.code)
    else:
        index = code.tuple_of([*outer_index(members, 1), members.owner])
        made = code.method(zeros, "index_put_", index, value.code, accumulate=True)
    found = groups_alone(members, made)
    return Value(
        found, axes_of_groups(members), value.rank - 1, "tensor", value.dtype, value.shape[1:]
    )


def counted(lifter: Lifter, members: Members) -> Value:
    """Return how many rows there are to divide a group's sum by."""
    counts = count_rows(lifter, members)
    if members.outer:
        return replace(counts, code=code.method(counts.code, "clamp", min=1))
    return counts


def extremum_of_groups(lifter: Lifter, members: Members, value: Value, how: str) -> ast.expr:
    """Return code for the greatest (``amax``) or least (``amin``) of each group's rows.

    Raises:
        NotLiftable: The rows have several dimensions, or lie in other loops.
    """
    if members.outer or value.rank > 2:
        raise NotLiftable("an extremum of a group's rows over several dimensions")
    lifter.used_ops.append("torch.scatter_reduce")
    limit = ast.parse("float('-inf')" if how == "amax" else "float('inf')", mode="eval").body
    sizes, index = sizes_of_groups(members), members.owner
    if value.rank == 2:
        width = code.subscript(code.attribute_of(value.code, "shape"), [code.const(1)])
        sizes = [*sizes, width]
        column = code.subscript(index, [code.FULL, code.NONE])
        index = code.method(column, "expand_as", value.code)
    start = code.method(value.code, "new_full", code.tuple_of(sizes), limit)
    made = code.method(start, "scatter_reduce", code.const(0), index, value.code, code.const(how))
    return groups_alone(members, made)


def axes_of_groups(members: Members) -> tuple[Axis, ...]:
    """Return the loops of what there is one of for each group."""
    return union([members.outer, (members.axis,)])


def members_of(value: Value) -> Members:
    """Return whose rows these are.

    Raises:
        NotLiftable: They are no group's.
    """
    if value.members is None:
        raise NotLiftable("what is no group")
    return value.members
