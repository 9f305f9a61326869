"""Places that no two iterations share."""

from __future__ import annotations

from collections.abc import Sequence

from loopscope.vectorize import code
from loopscope.vectorize.joined import assume_no_repeats, lists_walked
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place


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
    if f"distinct {code.text(index.code)}" in lifter.owners:
        return True
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
