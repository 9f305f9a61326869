"""Rows of segments that go where they come from: ``out[a:b] = x[a:b] - x[a:b].mean(0)``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.spans import segments_of
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import Value


def write_segment_rows(lifter: Lifter, store: Store) -> ast.stmt | None:
    """Return what stores the rows of all segments; ``None`` where they go elsewhere.

    The segments lie one after the other: together they are as long as the tensor.
    """
    match store.places:
        case (place,) if place.span is not None and store.guard is None:
            span = place.span
        case _:
            return None
    value, form = store.value, store_form(store)
    whole = value.members is not None and value.rank == store.seen.rank
    each = value.members is None and len(value.axes) == 1 and value.rank == store.seen.rank - 1
    if value.kind != "tensor" or form not in ("", "add", "sub") or not (whole or each):
        return None
    stored = segments_of(lifter, span)
    if stored is None or not _are_same(value, stored):
        return None
    if value.members is None:
        value = replace(value, code=code.subscript(value.code, [stored.owner]))
    made = cast(value, store.seen.dtype) if value.dtype != store.seen.dtype else value
    return _write(lifter, store, made.code, f"int({_offsets(span)}[-1])")


def _write(lifter: Lifter, store: Store, made: ast.expr, count: str) -> ast.stmt:
    base, initial = code.attribute(store.base), lifter.initial.get(store.base)
    fresh = initial is not None and store.base not in lifter.finished
    lifter.finished.add(store.base)
    form = store_form(store)
    if form:
        lifter.assume(f"{store.base}.shape[0] == {count}")
        op = ast.Add() if form == "add" else ast.Sub()
        return ast.AugAssign(code.stored(base), op, made)
    if not fresh or initial is None or not (initial.size is not None or initial.like):
        lifter.assume(f"{store.base}.shape[0] == {count}")
        return code.assignment(code.subscript_all(base), made)
    size = code.text(initial.size) if initial.size is not None else f"{initial.like}.shape[0]"
    lifter.assume(f"{size} == {count}")
    lifter.dropped.add(store.base)
    return code.assignment(store.base, made)


def _offsets(span: tuple[Value | None, Value | None]) -> str:
    """The tensor of all bounds: ``ends`` of ``ends[:-1]``."""
    bound = span[1].code if span[1] is not None else None
    return code.text(bound.value) if isinstance(bound, ast.Subscript) else ""


def _are_same(value: Value, stored: Members) -> bool:
    """Whether the rows are those of the segments, or each segment has one value for its own."""
    if value.members is None:
        return value.axes == (stored.axis,)
    plain = not value.members.outer and value.members.where is None and value.members.edges is None
    same = code.text(value.members.owner) == code.text(stored.owner)
    return plain and value.members.axis == stored.axis and same
