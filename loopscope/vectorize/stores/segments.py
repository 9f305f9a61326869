"""Segments that lie one after the other: ``out[at : at + n] = i`` with ``at += n``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.offsets import owners
from loopscope.vectorize.value import Value


def write_segments(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt] | None:
    """Return what fills each segment with a number of its own, or counts in it; ``None`` for more.

    The segments are all that is stored to: together they are as long as the tensor.
    """
    value = store.value
    if initial is None or initial.size is None or store.guard is not None or value.rank > 1:
        return None
    match store.places:
        case (place,) if place.span is not None and place.span[1] is not None:
            carry = place.span[1].carry
        case _:
            return None
    size = None if carry is None else carry.term
    if size is None or not (_is_number(value, size) or _counts(value, size)):
        return None
    found = owners(lifter, place.span)
    if found is None:
        return None
    axis, made = found
    plain = value.counter is not None and value.counter.axis == axis and _is_plain(value)
    owner = made if plain else lifter.bind("owner", Value(made, rank=1)).code
    if value.counts is not None:
        begins = code.binary(code.method(size.code, "cumsum", code.const(0)), ast.Sub(), size.code)
        counted = code.call("torch.arange", code.call("len", owner))
        made = code.binary(counted, ast.Sub(), code.subscript(begins, [owner]))
    elif not plain:
        made = code.subscript(value.code, [owner])
    total = code.text(code.method(size.code, "sum"))
    if code.text(initial.size) != f"int({total})":
        lifter.assume(f"{code.text(initial.size)} == {total}")
    lifter.dropped.add(store.base)
    dtype = "int64" if value.counter is not None or value.counts is not None else value.dtype
    return [code.assignment(store.base, cast(Value(made, dtype=dtype), store.seen.dtype).code)]


def _is_number(value: Value, size: Value) -> bool:
    return value.rank == 0 and value.counts is None and value.axes == size.axes


def _counts(value: Value, size: Value) -> bool:
    return value.counts is not None and code.text(value.counts.code) == code.text(size.code)


def _is_plain(value: Value) -> bool:
    """Whether a counter is the number of its iteration."""
    counter = value.counter
    return (
        counter is not None
        and counter.sign == 1
        and counter.axis.step == 1
        and counter.also is None
        and (counter.axis.start + counter.offset).is_zero
    )
