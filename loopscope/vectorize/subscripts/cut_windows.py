"""Windows that an end of the data cuts short: ``x[t:t + w]``, ``x[max(0, t - w):t + 1]``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.known import Span
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.span_masks import sized
from loopscope.vectorize.spans import named_size, positions
from loopscope.vectorize.value import Value, align


@dataclass(frozen=True, slots=True)
class _Window:
    """Items from ``begin`` on, ``width`` of them but for what is before or behind the data."""

    begin: Counter
    width: ast.expr
    cut_before: bool = False
    cut_behind: bool = False


def cut_window(
    lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen | None
) -> Value | None:
    """Return what windows hold of which the last ones were shorter, with a mask."""
    at = next((k for k, p in enumerate(places) if p.window is not None), None)
    if at is None or seen is None or seen.kind != "tensor":
        return None
    place, dim = places[at], sum(p.keeps for p in places[:at])
    counter, width = place.counter, place.window
    if counter is None or width is None or counter.also is not None or place.stride is not None:
        return None
    if place.skips is not None:
        return None
    if not _reaches_beyond(counter, base.shape[place.dim], seen.shape[dim]):
        return None
    if not _begins_inside(counter):
        return None
    return _read(lifter, base, places, at, _Window(counter, width, cut_behind=True))


def bounded_window(lifter: Lifter, base: Value, places: Sequence[Place], at: int) -> Value | None:
    """Return what windows hold whose bounds are cut at the ends of the data, with a mask."""
    lower, upper = places[at].span or (None, None)
    if lower is None or upper is None:
        return None
    low, high = lower.counter or _cut(lower), upper.counter or _cut(upper)
    if low is None or high is None or not low.moves_with(high) or low.sign != 1:
        return None
    width = high.offset - low.offset
    size = _size(lifter, base, places[at])
    if any(term == low.axis.name for term, _ in width.terms):
        return None
    before, behind = lower.counter is None, upper.counter is None
    if before and not (lower.cut and code.integer(lower.cut[1]) == 0):
        return None
    if behind and not (upper.cut and _is_size(lifter, linear(upper.cut[1]), size)):
        return None
    if not before and not _begins_inside(low):
        return None
    last = high.axis.stop + high.offset - Linear((), 1)
    behind = behind or high.axis.step != 1 or not _is_size(lifter, last, size)
    return _read(lifter, base, places, at, _Window(low, width.code(), before, behind))


def _read(
    lifter: Lifter, base: Value, places: Sequence[Place], at: int, window: _Window
) -> Value | None:
    if base.axes or any(p.fixed is None for k, p in enumerate(places) if k != at):
        return None
    begin, size = counter_value(window.begin), _size(lifter, base, places[at])
    place = positions(lifter, window.width).code
    moved = code.binary(place, ast.Add(), align(begin, begin.axes, 1))
    index = lifter.bind("index", Value(moved, begin.axes, 1, "tensor", "int64", (None,))).code
    bounds: dict[str, object] = {}
    tests: list[ast.expr] = []
    if window.cut_before:
        bounds["min"] = 0
        tests.append(ast.Compare(index, [ast.GtE()], [code.const(0)]))
    if window.cut_behind:
        bounds["max"] = code.binary(size, ast.Sub(), code.const(1))
        tests.append(ast.Compare(index, [ast.Lt()], [size]))
    inside = tests[0] if len(tests) == 1 else code.binary(tests[0], ast.BitAnd(), tests[1])
    held = Span(None, window.width)
    mask = Value(inside, begin.axes, 1, "tensor", "bool", (None,), span=held)
    taken = [p.fixed or code.method(index, "clamp", **bounds) for p in places]
    kept = [k for k, p in enumerate(places) if not p.drops]
    dims = [*kept, *range(len(places), base.rank + len(places) - sum(p.dim >= 0 for p in places))]
    have: list[int | Axis] = [*dims]
    have[dims.index(at) : dims.index(at)] = begin.axes
    made = code.permuted(code.subscript(base.code, taken), have, [*begin.axes, *dims])
    lifter.used_ops += ["advanced_indexing", "Tensor.unfold"]
    shape = (None,) * len(dims)
    whole = Value(made, begin.axes, len(dims), "tensor", base.dtype, shape)
    return replace(whole, mask=mask, masked=dims.index(at))


def _size(lifter: Lifter, base: Value, place: Place) -> ast.expr:
    whole = code.subscript(code.attribute_of(base.code, "shape"), [code.const(place.dim)])
    return named_size(lifter, whole)


def _cut(bound: Value) -> Counter | None:
    return bound.cut[0] if bound.cut is not None else None


def _is_size(lifter: Lifter, bound: Linear, size: ast.expr) -> bool:
    return (sized(lifter, bound) - sized(lifter, linear(size))).is_zero


def _begins_inside(counter: Counter) -> bool:
    """Whether no window begins before the data: there Python counts from its end."""
    first = counter.axis.start + counter.offset
    return bool(first.terms) or first.constant >= 0


def _reaches_beyond(counter: Counter, size: int | None, width: int | None) -> bool:
    """Whether the last windows were shorter: the first iterations alone may not show it."""
    axis, first = counter.axis, counter.axis.start + counter.offset
    if width is None:
        return True
    if size is None or axis.length is None or first.terms:
        return False
    return first.constant + (axis.length - 1) * axis.step + width > size
