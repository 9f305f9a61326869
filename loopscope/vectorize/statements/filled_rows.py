"""A row whose elements an inner loop has stored, all of them, can be read as a whole."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import Axis, NotLiftable, Value, expand, union


def note_filled_rows(lifter: Lifter, axis: Axis) -> None:
    """Once the loop over ``k`` has ended: ``out[i, k]`` of all ``k`` is ``out[i]``."""
    for store in lifter.stores:
        known = lifter.contents.get(store.base, {}).pop(code.text(store.target), None)
        if known is None:
            continue
        if not any(p.counter is not None and p.counter.axis == axis for p in store.places):
            lifter.contents[store.base][code.text(store.target)] = known
            continue
        row = _row(lifter, store, known, axis)
        if row is not None:
            lifter.contents[store.base][code.text(_without_last(store.target))] = row


def _row(lifter: Lifter, store: Store, known: Value, axis: Axis) -> Value | None:
    last = store.places[-1]
    if last.counter is None or last.counter.axis != axis or len(store.places) != store.seen.rank:
        return None
    if known.rank or known.carry is not None or known.kind == "other" or axis.reverse:
        return None
    axes = union([known.axes, (axis,)])
    size = store.seen.shape[-1]
    try:
        whole = slice_of(lifter, last.counter, size, store.base, last.dim)
    except NotLiftable:
        return None
    if not code.is_full(whole) or axes[-1] != axis or not axes[:-1]:
        return None
    filled = expand(known, axes)
    if not known.axes:
        return None
    return replace(
        filled, axes=axes[:-1], rank=1, kind="tensor", shape=(size,), counter=None, factors=None
    )


def _without_last(target: ast.Subscript) -> ast.expr:
    """``out[i]`` of ``out[i, k]``."""
    index = list(target.slice.elts) if isinstance(target.slice, ast.Tuple) else [target.slice]
    return code.subscript(target.value, index[:-1])
