"""Windows that the end of the data cuts short: ``x[t:t + w]`` for every ``t``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.spans import named_size, positions
from loopscope.vectorize.value import Counter, Span, Value, align


def cut_window(
    lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen | None
) -> Value | None:
    """Return what such windows hold, with a mask; ``None`` where all were of one length."""
    at = next((k for k, p in enumerate(places) if p.window is not None), None)
    if at is None or base.axes or seen is None or seen.kind != "tensor":
        return None
    place, others = places[at], [*places[:at], *places[at + 1 :]]
    dim = sum(not p.drops for p in places[:at])
    counter, width = place.counter, place.window
    if counter is None or width is None or counter.also is not None or place.stride is not None:
        return None
    if any(p.fixed is None for p in others) or not _is_cut(counter, base, place, seen.shape[dim]):
        return None
    first = counter.axis.start + counter.offset
    if not first.terms and first.constant < 0:
        return None
    begin = counter_value(counter)
    size = code.subscript(code.attribute_of(base.code, "shape"), [code.const(place.dim)])
    size = named_size(lifter, size)
    moved = code.binary(positions(lifter, width).code, ast.Add(), align(begin, begin.axes, 1))
    index = lifter.bind("index", Value(moved, begin.axes, 1, "tensor", "int64", (None,)))
    inside = ast.Compare(index.code, [ast.Lt()], [size])
    mask = Value(inside, index.axes, 1, "tensor", "bool", (None,), span=Span(None, width))
    last = code.binary(size, ast.Sub(), code.const(1))
    taken = [p.fixed or code.method(index.code, "clamp", max=last) for p in places]
    dims = list(range(seen.rank))
    have = [*dims[:dim], *index.axes, *dims[dim:]]
    made = code.permuted(code.subscript(base.code, taken), have, [*index.axes, *dims])
    lifter.used_ops += ["advanced_indexing", "Tensor.unfold"]
    whole = Value(made, index.axes, seen.rank, "tensor", base.dtype, seen.shape)
    return replace(whole, mask=mask, masked=dim)


def _is_cut(counter: Counter, base: Value, place: Place, width: int | None) -> bool:
    """Whether the last windows were shorter: the first iterations alone may not show it."""
    axis, size, first = counter.axis, base.shape[place.dim], counter.axis.start + counter.offset
    if width is None:
        return True
    if size is None or axis.length is None or first.terms:
        return False
    return first.constant + (axis.length - 1) * axis.step + width > size
