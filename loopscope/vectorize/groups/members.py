"""Rows by group: which rows ``owner == k`` selects, and a group's value for each of its rows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.groups.joined import counted_rows
from loopscope.vectorize.groups.row_tests import with_test
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value, align


def mask_members(left: Value, op: ast.cmpop, right: Value) -> Members | None:
    """Return the rows that ``owner == k`` selects; ``None`` for other comparisons."""
    for owner, number in ((left, right), (right, left)):
        counter = number.counter
        plain = (
            isinstance(op, ast.Eq)
            and counter is not None
            and counter.sign == 1
            and counter.axis.step == 1
            and owner.rank >= 1
            and owner.counter is None
            and owner.members is None
            and counter.axis not in owner.axes
        )
        if plain and counter is not None and (counter.axis.start + counter.offset).is_zero:
            made = owner.code
            if not owner.dtype.startswith("int"):
                made = code.method(made, "long")
            return Members(counter.axis, made, owner.axes, deep=owner.rank)
    return None


def both_select(left: Value, right: Value) -> Members | None:
    """Return the rows that ``(owner == k) & test`` selects; ``None`` for other tests."""
    for one, other in ((left, right), (right, left)):
        rows = one.selects
        found = with_test(rows, other) if rows is not None else None
        if found is not None:
            return found
    return None


def sizes_in_a_row(lifter: Lifter, owner: ast.expr) -> ast.expr | None:
    """How many rows each group has, where those of one lie together, in the groups' order."""
    match lifter.defined(owner):
        case ast.Call(args=[ast.Call(args=[_]) as counted, ast.Name() as sizes]) as made if (
            code.text(made.func) == "torch.repeat_interleave"
            and code.text(counted.func) == "torch.arange"
        ):
            return sizes
        case _:
            return None


def is_in_order(lifter: Lifter, members: Members) -> bool:
    """Whether all rows lie in the order of their groups."""
    plain = not members.outer and members.where is None and members.edges is None
    return plain and members.deep == 1 and f"rows of {code.text(members.owner)}" in lifter.owners


def assume_members(lifter: Lifter, members: Members) -> None:
    """Every row belongs to one of the groups; or edges of bins are sorted."""
    owner, count = members.owner, code.text(members.axis.size)
    if members.edges is not None:
        lifter.assume(f"bool(({code.text(members.edges)}.diff() >= 0).all())")
        return
    if code.text(lifter.defined(owner)).endswith("return_inverse=True)[1]"):
        return  # each row's place among the unique ones
    match owner:
        case ast.Call(func=ast.Attribute(value=raw, attr="long"), args=[]):
            text = code.text(raw)
            lifter.assume(f"bool(({text} == {text}.long()).all())")
        case ast.Call(func=ast.Attribute(value=whole, attr="flatten"), args=[]):
            text = code.text(whole)
        case _:
            text = code.text(owner)
    lifter.assume(f"bool((({text} >= 0) & ({text} < {count})).all())")


def spread(value: Value, members: Members, rank: int) -> Value:
    """Return a value of each group for each of its rows.

    Raises:
        NotLiftable: It has a leading dimension of its own.
    """
    if value.members == members or members.axis not in value.axes:
        if value.members is None and value.rank >= rank and value.shape[:1] != (1,):
            raise NotLiftable("rows of a group meet another tensor of rows")
        return replace(value, members=None)
    in_a_row = value.rank == rank and value.shape[:1] == (1,)
    if in_a_row:
        value = without_first(value)
    trailing = rank - members.deep - value.rank
    if value.rank >= rank or trailing < 0 or members.edges is not None:
        raise NotLiftable("rows of a group meet another tensor of rows")
    if value.counter is not None and value.axes == (members.axis,) and not members.outer:
        made = counted_rows(value.counter, members)
    else:
        made = _of_rows(value.code, [*outer_index(members, 1), members.owner])
    if trailing:
        whole = len(members.outer) + members.deep
        made = code.subscript(made, [*[code.FULL] * whole, *[code.NONE] * trailing])
    return Value(made, members.outer, rank, "tensor", value.dtype, (None,) * rank)


def _of_rows(table: ast.expr, index: list[ast.expr]) -> ast.expr:
    """``x[owner]`` of the groups' ``x``; of ``x[:, 0]`` it is ``x[owner, 0]``."""
    match table:
        case ast.Subscript(value=whole, slice=ast.Tuple(elts=[first, *rest])) if (
            len(index) == 1
            and code.is_full(first)
            and all(code.integer(place) is not None for place in rest)
        ):
            return code.subscript(whole, [*index, *rest])
        case _:
            return code.subscript(table, index)


def without_first(value: Value) -> Value:
    """Return an item whose first dimension holds one row alone as that row."""
    deep = len(value.axes)
    made = code.squeezed(value.code, deep)
    if made is value.code:
        made = code.subscript(made, [*[code.FULL] * deep, code.const(0)])
    return replace(value, code=made, rank=value.rank - 1, shape=value.shape[1:])


def grouped(values: Sequence[Value]) -> tuple[list[Value], Members | None]:
    """Return operands as plain values over all rows, and the groups they were of."""
    found = [v.members for v in values if v.members is not None]
    if not found:
        return list(values), None
    if any(m != found[0] for m in found):
        raise NotLiftable("rows of different groups meet")
    rank = max(v.rank for v in values if v.members is not None)
    return [spread(v, found[0], rank) for v in values], found[0]


def outer_index(members: Members, deep: int) -> list[ast.expr]:
    """Return index tensors for the loops around a group's."""
    return [
        align(counter_value(Counter(axis, -axis.start)), members.outer, deep)
        for axis in members.outer
    ]


def sizes_of_groups(members: Members) -> list[ast.expr]:
    """Return the sizes of a tensor with one entry a group."""
    if members.edges is None:
        return [*(a.size for a in members.outer), members.axis.size]
    bins = code.binary(code.call("len", members.edges), ast.Add(), code.const(1))
    return [*(a.size for a in members.outer), bins]


def groups_alone(members: Members, made: ast.expr) -> ast.expr:
    """Return what was made for each group without what was made for no group."""
    if members.edges is None:
        return made
    inner = ast.Slice(lower=code.const(1), upper=code.const(-1))
    return code.subscript(made, [*[code.FULL] * len(members.outer), inner])
