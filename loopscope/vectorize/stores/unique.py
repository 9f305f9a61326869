"""Places that no two iterations share."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.groups.joined import assume_no_repeats, lists_walked
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.picked import picked
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.strided import residue
from loopscope.vectorize.value import NotLiftable, Value


def assume_unique(
    lifter: Lifter, places: Sequence[Place], guard: Value | None = None, *, strict: bool = False
) -> bool:
    """Of two iterations that store to one place, the loop keeps the last: assume there are none.

    Returns whether that can be told: an index that the rewrite makes itself is not known before.

    Args:
        lifter: Where it is noted.
        places: What each subscript of the store takes.
        guard: Where it is stored, if not in every iteration.
        strict: Several indices cannot be told either.
    """
    moving = [p.index for p in places if p.index is not None and not residue(p)]
    counted = {p.counter.axis for p in places if p.counter is not None}
    counted |= {a for p in places if p.index is not None and residue(p) for a in p.index.axes}
    own = {axis for index in moving for axis in index.axes if axis not in counted}
    if all(axis.name in lifter.of_sets for axis in own):
        return True
    if not moving:
        return True
    if len(moving) != 1:
        lists = lists_walked(lifter, moving)
        if lists is None:
            return _assume_apart(lifter, moving, guard) or not strict
        assume_no_repeats(lifter, lists, among_all=False)
        return True
    index = moving[0]
    rest = [axis for axis in index.axes if axis not in counted]
    if f"distinct {code.text(index.code)}" in lifter.owners:
        return True
    if len(rest) == len(index.axes):
        taken, count = _where_stored(index, guard)
        unique = code.text(code.method(taken, "unique"))
        condition = f"len({unique}) == {code.text(count or code.method(taken, 'numel'))}"
    elif rest == [index.axes[-1]] and not index.rank:
        condition = (
            f"bool(({code.text(code.method(index.code, 'sort'))}.values.diff() != 0).all())"
        )
    else:
        return not strict
    lifter.assume(condition)
    return not strict or bool(lifter.guards)


def assume_each_once(lifter: Lifter, places: Sequence[Place]) -> None:
    """``out[ids] += v`` adds but once to a place that stands twice in one ``ids``: none does.

    Raises:
        NotLiftable: Several indices pick the places together.
    """
    fixed = [p.fixed for p in places if p.fixed is not None and not p.drops]
    moving = [p.index.code for p in places if p.index is not None and p.index.rank]
    if any(map(_counts, (*fixed, *moving))):
        return
    known = fixed or moving
    if len(known) > 1:
        raise NotLiftable("places that several indices of one iteration pick")
    in_order = code.attribute_of(code.method(known[0], "sort", dim=-1), "values")
    lifter.assume(f"bool(({code.text(in_order)}.diff() != 0).all())")
    positive = ast.Compare(known[0], [ast.GtE()], [code.const(0)])  # -1 may be a place as well
    lifter.assume(code.text(code.call("bool", code.method(positive, "all"))))


def _counts(index: ast.expr) -> bool:
    """Whether no position of an index is the same as another: ``torch.arange(n)``."""
    return isinstance(index, ast.Call) and dotted(index.func) == "torch.arange"


def _where_stored(index: Value, guard: Value | None) -> tuple[ast.expr, ast.expr | None]:
    """The places of those iterations that store, and how many these are; ``None`` for all."""
    plain = guard is not None and guard.carry is None and not (guard.rank or index.rank)
    if guard is None or not plain or guard.axes != index.axes:
        return index.code, None
    count = code.call("int", code.method(guard.code, "sum"))
    return code.subscript(index.code, [guard.code]), count


def _assume_apart(lifter: Lifter, indices: Sequence[Value], guard: Value | None) -> bool:
    """Assume that no two iterations of one loop have all of their indices in common."""
    (first, *rest), before = indices, len(lifter.guards)
    if len(first.axes) != 1 or first.rank or any(i.axes != first.axes or i.rank for i in rest):
        return False
    if _are_a_pair(indices):
        return True
    rows = _unbound(lifter, {code.text(index.code) for index in indices})
    if rows is not None:
        taken, size = _where_stored(replace(first, code=rows), guard)
        unique: ast.expr = code.method(taken, "unique", dim=0)
    else:
        _, size = _where_stored(first, guard)
        lists = [code.method(_where_stored(i, guard)[0], "tolist") for i in indices]
        unique = ast.Set(elts=[ast.Starred(value=code.call("zip", *lists), ctx=ast.Load())])
    count, size = code.call("len", unique), size or code.call("len", rows or first.code)
    lifter.assume(f"{code.text(count)} == {code.text(size)}")
    return len(lifter.guards) > before


def _are_a_pair(indices: Sequence[Value]) -> bool:
    """Whether they are both sides of a triangle, which has each pair once."""
    found = [picked(index) for index in indices]
    sides = [f.index for f in found if f is not None and f.rows.counter is not None]
    return len(set(sides)) == len(indices)


def _unbound(lifter: Lifter, names: set[str]) -> ast.expr | None:
    """The tensor whose columns all these are: ``i, j = edges.unbind(1)``."""
    for statement in lifter.statements:
        match statement:
            case ast.Assign(
                targets=[ast.Tuple(elts=elts)],
                value=ast.Call(
                    func=ast.Attribute(value=rows, attr="unbind"), args=[ast.Constant(value=1)]
                ),
            ) if {code.text(e) for e in elts} == names:
                return rows
            case _:
                pass
    return None
