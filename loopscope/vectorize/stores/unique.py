"""Places that no two iterations share."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.joined import assume_no_repeats, lists_walked
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import NotLiftable


def assume_unique(lifter: Lifter, places: Sequence[Place], *, strict: bool = False) -> bool:
    """Of two iterations that store to one place, the loop keeps the last: assume there are none.

    Returns whether that can be told: an index that the rewrite makes itself is not known before.

    Args:
        lifter: Where it is noted.
        places: What each subscript of the store takes.
        strict: Several indices cannot be told either.
    """
    moving = [p.index for p in places if p.index is not None]
    counted = {p.counter.axis for p in places if p.counter is not None}
    own = {axis for index in moving for axis in index.axes if axis not in counted}
    if all(axis.name in lifter.of_sets for axis in own):
        return True
    if len(moving) != 1:
        lists = lists_walked(lifter, moving)
        if lists is None:
            return not strict
        assume_no_repeats(lifter, lists, among_all=False)
        return True
    index = moving[0]
    rest = [axis for axis in index.axes if axis not in counted]
    text = code.text(code.method(index.code, "unique"))
    if len(rest) == len(index.axes):
        condition = f"len({text}) == {code.text(code.method(index.code, 'numel'))}"
    elif rest == [index.axes[-1]] and not index.rank:
        condition = (
            f"bool(({code.text(code.method(index.code, 'sort'))}.values.diff() != 0).all())"
        )
    else:
        return not strict
    lifter.assume(condition)
    return not strict or bool(lifter.guards)


def assume_apart(lifter: Lifter, places: Sequence[Place]) -> None:
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
