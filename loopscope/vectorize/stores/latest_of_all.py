"""Of stores under tests, the last one stays: ``label[mask] = k`` for every ``k``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.carries.over_axis import over_axis
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import NotLiftable, Value, align, whole_number


def latest_of_all(lifter: Lifter, store: Store, guard: Value, axis: Axis) -> Store:
    """Return the store of what the last iteration left whose test holds.

    Raises:
        NotLiftable: What is stored has dimensions of its own.
    """
    value = store.value
    if axis not in guard.axes or axis.reverse or value.rank or value.axes != (axis,):
        raise NotLiftable(f"iterations overwrite each other in {store.base}")
    lifter.used_ops += ["torch.where", "torch.amax"]
    least = _less_than_all(lifter, store)
    if least is not None and value.counter is not None:
        counted = replace(counter_value(value.counter), counter=None)
        greatest = over_axis(lifter, "max", choose(lifter, guard, counted, least), axis)
        return replace(store, value=replace(greatest, shape=guard.shape), guard=None)
    counted = replace(counter_value(Counter(axis, -axis.start)), counter=None)
    marked = choose(lifter, guard, counted, whole_number(code.const(-1)))
    place = lifter.bind("latest", over_axis(lifter, "max", marked, axis))
    hit = ast.Compare(place.code, [ast.GtE()], [code.const(0)])
    taken = code.subscript(value.code, [align(place, place.axes, place.rank)])
    return replace(
        store,
        value=replace(place, code=taken, dtype=value.dtype, python=value.python, counter=None),
        guard=replace(place, code=hit, dtype="bool"),
    )


def _less_than_all(lifter: Lifter, store: Store) -> Value | None:
    """The number that fills the target, where every counter that is stored is greater."""
    counter, made = store.value.counter, lifter.initial.get(store.base)
    if counter is None or counter.sign != 1 or counter.also is not None or made is None:
        return None
    first, fill = counter.axis.start + counter.offset, made.fill
    number = None if fill is None else code.integer(fill)
    if first.terms or number is None or number >= first.constant or store.base in lifter.finished:
        return None
    return whole_number(code.const(number))
