"""Boxes that begin where data says are added up: ``volume[z:z + p, y:y + p] += patch``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.scatters import started
from loopscope.vectorize.value import NotLiftable, Value, align


def has_crops(store: Store) -> bool:
    """Whether the slices of several dimensions begin elsewhere in each iteration."""
    return sum(place.crops for place in store.places) > 1


def write_crops(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statement that adds all boxes at once.

    Raises:
        NotLiftable: They are not added, or stand among subscripts that are no slices.
    """
    whole = len(store.places) == store.seen.rank and all(p.crops for p in store.places)
    (axis, *others), form = store.nest, store_form(store)
    if form not in ("add", "sub") or store.guard is not None or not whole or others:
        raise NotLiftable("boxes that are not added up")
    indices = [_named(lifter, p) for p in store.places]
    if any(index.axes != (axis,) or index.rank != 1 for index in indices):
        raise NotLiftable("boxes that several loops move")
    value = _value(store)
    if form == "sub":
        value = ast.UnaryOp(ast.USub(), value)
    places = [_along(index.code, k, len(indices)) for k, index in enumerate(indices)]
    start = started(lifter, store)
    lifter.finished.add(store.base)
    lifter.used_ops += ["Tensor.index_put_", "Tensor.index_add_", "torch.nn.functional.fold"]
    base = start if start is not None else code.attribute(store.base)
    call = code.method(base, "index_put_", code.tuple_of(places), value, accumulate=True)
    return [code.assignment(store.base, call) if start is not None else ast.Expr(value=call)]


def _named(lifter: Lifter, place: Place) -> Value:
    """The index tensor of one dimension: ``ys`` where the boxes begin at ``y``."""
    assert place.index is not None
    key = f"places {code.text(place.index.code)}"
    if key not in lifter.ranges:
        begin = place.crop[0].code if place.crop is not None else None
        wanted = f"{begin.id}s" if isinstance(begin, ast.Name) else "places"
        lifter.ranges[key] = lifter.bind(wanted, place.index)
    return lifter.ranges[key]


def _along(index: ast.expr, dim: int, rank: int) -> ast.expr:
    """Index tensors of several dimensions, broadcast against each other."""
    parts = [code.FULL, *[code.NONE] * dim, code.FULL, *[code.NONE] * (rank - dim - 1)]
    while code.is_full(parts[-1]):
        parts.pop()
    return code.subscript(index, parts)


def _value(store: Store) -> ast.expr:
    """What is added in each iteration: as large as the box, or the same for all of it."""
    value = store.value
    if value.kind != "tensor" or value.rank not in (0, store.seen.rank):
        raise NotLiftable("boxes that other tensors are added to")
    value = cast(value, store.seen.dtype) if value.dtype != store.seen.dtype else value
    return align(value, store.nest, store.seen.rank)
