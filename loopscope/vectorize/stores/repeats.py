"""Loops that do not move the store repeat it."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.forms import NEUTRAL
from loopscope.vectorize.carries.out_of_reach import out_of_reach
from loopscope.vectorize.carries.over_axis import over_axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.store import Store, moved_axes, store_form
from loopscope.vectorize.stores.latest_of_all import latest_of_all
from loopscope.vectorize.value import Carry, Form, NotLiftable, whole_number


def reduce_repeats(lifter: Lifter, store: Store) -> Store:
    """Loops that do not move the store repeat it: they are summed, or it must not matter."""
    value, guard, form = store.value, store.guard, store_form(store)
    moved = moved_axes(store.places)
    repeated = [axis for axis in reversed(store.nest) if axis not in moved]
    if not repeated:
        return store
    if form == "first":
        raise NotLiftable(f"{store.base} keeps what is stored first")
    if form in ("", "other"):
        if any(axis in value.axes for axis in repeated):
            if not form and guard is not None and len(repeated) == 1:
                return latest_of_all(lifter, store, guard, repeated[0])
            raise NotLiftable(f"iterations overwrite each other in {store.base}")
        for axis in repeated:
            if guard is not None and axis in guard.axes:
                guard = over_axis(lifter, "or", guard, axis)
        if form == "other":
            raise NotLiftable(f"an update of {store.base} that is repeated")
        return replace(store, guard=guard)
    if guard is not None:
        neutral = NEUTRAL.get("add" if form == "sub" else form)
        if form in ("max", "min"):
            extremum: Form = "max" if form == "max" else "min"
            value = out_of_reach(lifter, Carry(store.base, extremum, value), guard).term or value
        elif neutral is None:
            raise NotLiftable(f"{store.base} is updated in some iterations only")
        else:
            other = whole_number(code.const(neutral))
            value = guard if form == "or" else choose(lifter, guard, value, other)
        guard = None
    for axis in repeated:
        value = over_axis(lifter, "add" if form == "sub" else form, value, axis)
    return replace(store, value=value, guard=guard)
