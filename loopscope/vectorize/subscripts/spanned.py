"""Slices whose length differs between iterations."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.spans import begins_later, segments_of, span_mask
from loopscope.vectorize.subscripts.cut_windows import bounded_window
from loopscope.vectorize.subscripts.gathers import gather
from loopscope.vectorize.subscripts.in_front import read_in_front
from loopscope.vectorize.subscripts.places import needs_index
from loopscope.vectorize.subscripts.slices import read_slices
from loopscope.vectorize.value import NotLiftable, Value
from loopscope.vectorize.view_sizes import view_size


def read_span(lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]) -> Value:
    """``x[i, :n]``: the whole dimension with a mask; ``x[off[i]:off[i + 1]]``: rows of a group."""
    spans = [k for k, p in enumerate(places) if p.span is not None]
    if len(spans) == 2:
        return _read_box(lifter, base, places)
    if len(spans) != 1:
        raise NotLiftable("slices of differing length in several dimensions")
    at = spans[0]
    span = places[at].span
    segments = segments_of(lifter, span, base.code) if at == 0 and span is not None else None
    if segments is not None and all(p.fixed is not None for p in places[1:]) and not base.axes:
        made = code.subscript(base.code, [code.FULL, *(p.fixed or code.FULL for p in places[1:])])
        seen = lifter.what(node)
        rank = seen.rank if seen is not None else base.rank
        return Value(made, (), rank, "tensor", base.dtype, (None,) * rank, members=segments)
    whole = [
        replace(p, span=None, fixed=code.FULL) if k == at else p for k, p in enumerate(places)
    ]
    window = bounded_window(lifter, base, places, at)
    if window is not None:
        return window
    before = places[:at]
    if span is None or any(p.window or p.crops or (p.index and p.index.rank) for p in before):
        raise NotLiftable("a slice of differing length behind another dimension")
    dim = sum(p.fixed is not None and not p.drops for p in before)
    if needs_index(base, whole):
        data = gather(lifter, base, whole)
    elif base.is_fixed and all(p.fixed is not None for p in whole):
        index = [p.fixed for p in whole if p.fixed is not None]
        made = code.subscript(base.code, index)
        rank = base.rank - sum(p.drops for p in whole)
        data = replace(base, code=made, rank=rank, shape=(None,) * rank, fill=None)
    else:
        data = read_slices(lifter, base, whole, None)
    size = view_size(data.code, len(data.axes) + dim)
    shape = tuple(None if k == dim else s for k, s in enumerate(data.shape))
    data = replace(data, shape=shape, masked=dim)
    if lifter.spans == "in front" and span[0] is not None and begins_later(span[0]):
        return read_in_front(lifter, data, span, size)
    return replace(data, mask=replace(span_mask(lifter, span, size), bounds=span))


def _read_box(lifter: Lifter, base: Value, places: Sequence[Place]) -> Value:
    """``x[a:b, c:d]``: both dimensions whole, with a mask for each.

    Raises:
        NotLiftable: They are not the last two, or other subscripts move.
    """
    *front, rows, columns = places
    fixed = all(p.fixed is not None for p in front) and base.is_fixed
    if rows.span is None or columns.span is None or columns.dim != base.rank - 1 or not fixed:
        raise NotLiftable("slices of differing length in two dimensions")
    made = code.subscript(base.code, [p.fixed or code.FULL for p in front]) if front else base.code
    rank = base.rank - sum(p.drops for p in front)
    first, second = (
        replace(span_mask(lifter, span, view_size(made, rank - 2 + k)), bounds=span)
        for k, span in enumerate((rows.span, columns.span))
    )
    shape = (*base.shape[len(front) : -2], None, None) if rank > 2 else (None, None)
    return Value(made, (), rank, "other", base.dtype, shape, boxed=(first, second))
