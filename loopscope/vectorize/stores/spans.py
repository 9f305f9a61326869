"""Stores into slices whose length differs between iterations."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.spans import drop_axes, segments_of, spanned_mask
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import two_numbers
from loopscope.vectorize.stores.counted import write_counted
from loopscope.vectorize.stores.offsets import sized_segments, write_packed
from loopscope.vectorize.stores.padded import write_padded, write_ragged_rows
from loopscope.vectorize.stores.segment_rows import write_segment_rows
from loopscope.vectorize.stores.segments import write_segments
from loopscope.vectorize.stores.span_sums import write_span_sum
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value, align

_LONG = 100


def write_span(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store into ``out[i, lower:upper]``.

    Raises:
        NotLiftable: What is stored there is not understood.
    """
    initial = lifter.initial.get(store.base)
    rows = write_segment_rows(lifter, store)
    if rows is not None:
        return [rows]
    if store.op is not None:
        return write_span_sum(lifter, store)
    packed = write_packed(lifter, store, initial)
    if packed is not None:
        return packed
    segments = write_segments(lifter, store, initial)
    if segments is not None:
        return segments
    if store.value.ragged:
        return write_padded(lifter, store, initial)
    if store.value.members is not None:
        return write_ragged_rows(lifter, store)
    if store.value.counts is not None:
        return [write_counted(lifter, store, store.value.counts)]
    return _filled(lifter, store, initial)


def _filled(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt]:
    """A value that does not vary along the slice fills a mask."""
    blocks = _blocks(lifter, store)
    counters = [p.counter.axis for p in store.places if p.counter is not None]
    if any(p.index is not None for p in store.places):
        raise NotLiftable("a slice of differing length among index tensors")
    if blocks is not None:
        mask = blocks
        dims = [k for k, p in enumerate(store.places) if p.span is not None]
    else:
        mask, dims = spanned_mask(lifter, store.places, store.base)
    if store.guard is not None:
        axes = union([mask.axes, store.guard.axes])
        made = code.binary(
            align(mask, axes, mask.rank), ast.BitAnd(), align(store.guard, axes, mask.rank)
        )
        mask = replace(mask, code=made, axes=axes)
    value = store.value
    repeated = [a for a in store.nest if a not in counters]
    if any(a in value.axes for a in repeated):
        raise NotLiftable(f"iterations overwrite each other in {store.base}")
    mask = drop_axes(lifter, mask, repeated)
    if not set(value.axes) <= set(counters) or _varies_along(store, value):
        raise NotLiftable("a slice of differing length takes a tensor")
    if len(code.text(mask.code)) > _LONG:
        mask = lifter.bind("inside", mask)
    lifter.used_ops += ["torch.arange", "broadcasting", "Tensor.masked_fill", "torch.where"]
    index, full = _mask_index(lifter, store, mask, dims)
    test = code.subscript(mask.code, index) if code.NONE in index else mask.code
    if not full:
        raise NotLiftable("a slice of differing length in a part of a tensor")
    dtype = store.seen.dtype
    other = align(value, tuple(counters), store.seen.rank - len(counters))
    one_number = value.is_fixed and not value.rank
    everywhere = len([i for i in index if i is not code.NONE]) == store.seen.rank
    if initial is not None and store.base not in lifter.finished:
        start = initial.value(dtype)
        lifter.finished.add(store.base)
        if start is not None and start.kind == "number" and one_number and everywhere:
            lifter.dropped.add(store.base)
            made = two_numbers(replace(mask, code=test), value.code, start.code, dtype)
            return [code.assignment(store.base, made)]
        if start is not None and start.kind == "tensor":
            lifter.dropped.add(store.base)
            chosen = _chosen(one_number, test, other, start.code)
            return [code.assignment(store.base, chosen)]
    base = code.attribute(store.base)
    if one_number:
        return [ast.Expr(value=code.method(base, "masked_fill_", test, other))]
    chosen = _chosen(one_number, test, other, base)
    return [code.assignment(code.subscript_all(base), chosen)]


def _chosen(one_number: bool, test: ast.expr, other: ast.expr, start: ast.expr) -> ast.expr:
    """What is stored where the mask holds, what was there elsewhere."""
    if one_number:
        return code.method(start, "masked_fill", test, other)
    return code.call("torch.where", test, other, start)


def _varies_along(store: Store, value: Value) -> bool:
    """Whether a stored tensor has a dimension of its own where the slices lie."""
    if value.rank and (value.kind == "other" or value.members is not None or value.ragged):
        return True
    if value.rank and any(p.counter is None for p in store.places[: len(value.axes)]):
        return True  # the loops' dimensions do not lead
    behind = (store.seen.rank - p.dim for p in store.places if p.span is not None)
    return any(k <= value.rank and value.shape[-k:][:1] != (1,) for k in behind)


def _mask_index(
    lifter: Lifter, store: Store, mask: Value, dims: list[int]
) -> tuple[list[ast.expr], bool]:
    """Subscripts that spread the mask over the target's dimensions, and whether all are whole."""
    index: list[ast.expr] = []
    order: list[object] = []
    full = True
    for k, place in enumerate(store.places):
        if k in dims:
            index.append(code.FULL)
            order.append(k)
        elif place.counter is not None:
            part = slice_of(
                lifter, place.counter, store.seen.shape[place.dim], store.base, place.dim
            )
            full = full and code.is_full(part)
            if place.counter.axis in mask.axes:
                index.append(code.FULL)
                order.append(place.counter.axis)
            else:
                index.append(code.NONE)
        elif place.fixed is not None and code.is_full(place.fixed):
            index.append(code.NONE)
        else:
            full = False
    index += [code.NONE] * (store.seen.rank - sum(p.dim >= 0 for p in store.places))
    if order != [*mask.axes, *dims]:
        raise NotLiftable("loops and slices in another order than the tensor's")
    while index and index[0] is code.NONE:
        index.pop(0)
    return index, full


def _blocks(lifter: Lifter, store: Store) -> Value | None:
    """``mask[off[i]:off[i + 1], off[i]:off[i + 1]]``: positions of the same segment."""
    spans = [p.span for p in store.places if p.span is not None]
    if len(spans) != 2 or _bounds(spans[0]) != _bounds(spans[1]):
        return None
    members = segments_of(lifter, spans[0]) or sized_segments(lifter, spans[0])
    if members is None or members.axis in store.value.axes:
        return None
    lifter.used_ops.append("torch.eq")
    made = ast.Compare(
        code.subscript(members.owner, [code.FULL, code.NONE]), [ast.Eq()], [members.owner]
    )
    return Value(made, (), 2, "tensor", "bool")


def _bounds(span: tuple[Value | None, Value | None]) -> tuple[str, ...]:
    return tuple("" if b is None else code.text(b.code) for b in span)
