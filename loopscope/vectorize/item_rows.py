"""Go over the items of each iteration's own list: all of them at once, in a row."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.groups.joined import counted_rows, joined_items, positions_in_items
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import NotLiftable, Value


@dataclass(frozen=True, slots=True)
class ItemRows:
    """All items of all lists, as iterations of one loop.

    Attributes:
        axis: That loop.
        members: Which outer iteration each item belongs to.
    """

    axis: Axis
    members: Members


@dataclass(frozen=True, slots=True)
class Walk:
    """What a header goes over: lists by the names of their items' variables.

    Attributes:
        targets: Variable → the code of a list.
        position: The variable that counts from the list's beginning; ``""`` for none.
        first: What it begins with.
    """

    targets: dict[str, ast.expr]
    position: str = ""
    first: int = 0


def read_walk(target: ast.expr, iterable: ast.expr) -> Walk | None:
    """``for a in items``, ``for a, b in zip(x, y)``, ``for j, a in enumerate(items)``."""
    match target, iterable:
        case (
            ast.Tuple(elts=[ast.Name(id=position), inner]),
            ast.Call(func=ast.Name(id="enumerate"), args=[items, *start], keywords=[]),
        ):
            found = read_walk(inner, items)
            first = 0 if not start else code.integer(start[0])
            if found is None or found.position or first is None:
                return None
            return replace(found, position=position, first=first)
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args, keywords=[]):
            if len(elts) != len(args):
                return None
            pairs = list(zip(elts, args, strict=True))
        case ast.Name(), ast.Name() | ast.Attribute() | ast.Subscript():
            pairs = [(target, iterable)]
        case _:
            return None
    named = {dotted(t): i for t, i in pairs if isinstance(t, ast.Name)}
    return Walk(named) if len(named) == len(pairs) else None


def items_walked(lifter: Lifter, walk: Walk) -> list[Value] | None:
    """Return the lists of the iterations of the loop around; ``None`` where they are none.

    They differ in length between iterations.
    """
    if len(lifter.axes) != 1:
        return None
    found = []
    for source in walk.targets.values():
        match source:
            case ast.Name(id=name):
                value = lifter.env.get(name)
            case ast.Subscript(value=ast.Name() | ast.Attribute(), slice=ast.Name(id=name)) if (
                name in lifter.env and (seen := lifter.what(source.value)) and seen.kind == "list"
            ):
                value = lifter.lift(source)
            case _:
                value = None
        if value is None or not value.ragged or not value.rank or value.axes != (*lifter.axes,):
            return None
        found.append(value)
    return found


@contextmanager
def over_items(
    lifter: Lifter, walk: Walk, items: Sequence[Value], body: Sequence[ast.AST]
) -> Iterator[ItemRows]:
    """Within it, names stand for what they are for each of all items; then as before.

    Raises:
        NotLiftable: The body needs something that is not known of each.
    """
    outer, axes, guard = dict(lifter.env), list(lifter.axes), lifter.guard
    (around,) = axes
    joined = [joined_items(lifter, value) for value in items]
    members, first = joined[0].members, joined[0].code
    if members is None:
        raise NotLiftable("items that differ in size")
    size = code.call("len", first)
    stop = Linear(((code.text(size), 1),))
    name = next(iter(walk.targets))
    axis = Axis(name, lifter.order, Linear(), stop, size, over=code.text(first))
    lifter.order += 1
    used = {
        dotted(n) for s in body for n in ast.walk(s) if isinstance(n, ast.Name | ast.Attribute)
    }
    for known in sorted(used & outer.keys() - walk.targets.keys()):
        lifter.env[known] = _for_each(outer[known], around, axis, members)
    for target, value in zip(walk.targets, joined, strict=True):
        lifter.env[target] = replace(
            value, axes=(axis,), rank=value.rank - 1, shape=value.shape[1:], members=None
        )
    if walk.position:
        counted = positions_in_items(lifter, joined[0], walk.first)
        lifter.env[walk.position] = replace(counted, axes=(axis,), rank=0, members=None)
    if guard is not None:
        lifter.guard = _for_each(guard, around, axis, members)
    lifter.axes[:] = [axis]
    try:
        yield ItemRows(axis, members)
    finally:
        lifter.axes[:] = axes
        lifter.guard = guard
        lifter.env = outer


def of_items(value: Value, rows: ItemRows) -> Value:
    """Return what was made for each item as rows that belong to the outer iterations."""
    if value.axes != (rows.axis,) or value.kind == "other" or value.members or value.mask:
        raise NotLiftable("what is made of each item is not understood")
    shape = (None, *value.shape)
    return Value(
        value.code, (), value.rank + 1, "tensor", value.dtype, shape, members=rows.members
    )


def _for_each(value: Value, around: Axis, axis: Axis, members: Members) -> Value:
    """What is known of the outer iteration, for each of its items."""
    counter = value.counter
    if around not in value.axes and (counter is None or counter.axis != around):
        return value
    if counter is not None and value.axes == (around,):
        return Value(counted_rows(counter, members), (axis,), 0, "tensor", "int64")
    plain = value.kind != "other" and value.parts is None and value.carry is None
    if not plain or value.axes != (around,) or value.members or value.mask or value.list_of:
        raise NotLiftable("what an inner loop reads of the outer one is not understood")
    made = code.subscript(value.code, [members.owner])
    return Value(
        made, (axis,), value.rank, "tensor", value.dtype, value.shape, python=value.python
    )
