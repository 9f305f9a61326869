"""Windows that overlap are added up: ``signal[start:start + width] += frame``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.blocks import is_block
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.scatters import started
from loopscope.vectorize.value import NotLiftable, Value, align


def overlaps(place: Place) -> bool:
    """Whether windows are stored to that may lie over each other."""
    return place.window is not None and not is_block(place)


def write_overlapping(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statement that adds all windows at once.

    Raises:
        NotLiftable: They are not added, or stand among other subscripts that move.
    """
    place = next(p for p in store.places if overlaps(p))
    others = [p for p in store.places if p is not place]
    whole = all(p.fixed is not None and code.is_full(p.fixed) for p in others)
    if store_form(store) != "add" or store.guard is not None or not whole:
        raise NotLiftable("a store into a window")
    counter = place.counter
    if counter is None or place.window is None or store.nest != (counter.axis,):
        raise NotLiftable("a store into a window")
    axis, value = counter.axis, _value(store, counter.axis)
    begins = _begins(lifter, place, axis)
    within = code.call("torch.arange", place.window)
    index = code.binary(code.subscript(begins, [code.FULL, code.NONE]), ast.Add(), within)
    key = f"places {code.text(index)}"
    if key not in lifter.ranges:
        lifter.ranges[key] = lifter.bind("places", Value(code.method(index, "flatten"), rank=1))
    start = started(lifter, store)
    dim = code.const(place.dim)
    together = [dim, code.const(place.dim + 1)] if store.seen.rank > 1 else []
    moved = value if not place.dim else code.method(value, "movedim", code.const(0), dim)
    lifter.used_ops += [
        "Tensor.index_add_",
        "torch.index_add",
        "torch.nn.functional.fold",
        "Tensor.scatter_add_",
    ]
    call = code.method(
        start if start is not None else code.attribute(store.base),
        "index_add_",
        dim,
        lifter.ranges[key].code,
        code.method(moved, "flatten", *together),
    )
    return [code.assignment(store.base, call) if start is not None else ast.Expr(value=call)]


def _value(store: Store, axis: Axis) -> ast.expr:
    """What is added in each iteration, in the target's shape."""
    value, shape = store.value, store.seen.shape
    if value.kind == "other" or value.rank != len(shape) or not set(value.axes) <= {axis}:
        raise NotLiftable("a store into a window that broadcasts")
    value = cast(value, store.seen.dtype) if value.dtype != store.seen.dtype else value
    if not value.axes:
        sizes = [code.const(-1)] * value.rank
        return code.method(value.code, "expand", axis.size, *sizes)
    return align(value, (axis,), value.rank)


def _begins(lifter: Lifter, place: Place, axis: Axis) -> ast.expr:
    """Where the windows begin, in the loop's order."""
    assert place.counter is not None
    if place.counter.sign != 1 or axis.reverse:
        raise NotLiftable("windows in another order than the loop's")
    if place.stride is None:
        return counter_value(place.counter).code
    if not (axis.start + place.counter.offset).is_zero or axis.step != 1:
        raise NotLiftable("windows that do not begin at the start")
    return code.binary(code.call("torch.arange", axis.size), ast.Mult(), place.stride)
