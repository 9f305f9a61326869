"""Index tensors for what moves together."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value, align


def gather(lifter: Lifter, base: Value, places: Sequence[Place]) -> Value:
    """Index tensors for what moves together; counters that move alone stay slices."""
    places = [_with_index(place) for place in places]
    moving = [p for p in places if p.counter is not None or p.index is not None]
    if any(p.window is not None for p in moving):
        raise NotLiftable("a moving window among index tensors")
    tied = _tied_axes(base, moving)
    if any(p.index is not None and p.index.rank > 1 for p in moving):
        raise NotLiftable("an index of several dimensions")
    inner = _inner_dimensions(places)
    lifter.used_ops += ["advanced_indexing", "torch.gather"]
    name = code.text(base.code)
    index: list[ast.expr] = []
    have: list[Axis | int] = []
    advanced: list[bool] = []
    for axis in base.axes:
        in_index = axis in tied
        index.append(
            align(counter_value(Counter(axis, -axis.start)), tied, len(inner))
            if in_index
            else code.FULL
        )
        advanced.append(in_index)
        have.append(axis)
    for k, place in enumerate(places):
        if place.index is not None or (place.counter is not None and place.counter.axis in tied):
            value = place.index if place.index is not None else counter_value(_counter(place))
            index.append(_placed(value, tied, inner, k))
            advanced.append(True)
            have.append(-1)
        elif place.counter is not None:
            size = base.shape[place.dim] if 0 <= place.dim < len(base.shape) else None
            dim = place.dim + len(base.axes)
            index.append(slice_of(lifter, place.counter, size, name, dim))
            advanced.append(False)
            have.append(place.counter.axis)
        else:
            index.append(place.fixed or code.FULL)
            if not place.drops:  # a number takes its dimension away before the index tensors do
                advanced.append(False)
                have.append(k)
    first = advanced.index(True)
    last = len(advanced) - 1 - advanced[::-1].index(True)
    together = all(advanced[first : last + 1])
    rest = [h for h, a in zip(have, advanced, strict=True) if not a]
    taken = sum(p.dim >= 0 for p in places)
    rest += [len(places) + k for k in range(base.rank - taken)]
    at = sum(not a for a in advanced[:first]) if together else 0
    kept = [*rest[:at], *tied, *(group[-1] for group in inner), *rest[at:]]
    axes = union([[k for k in kept if isinstance(k, Axis)]])
    wanted = [*axes, *sorted(k for k in kept if not isinstance(k, Axis))]
    turned = not inner and kept != wanted and together and len(index) == len(advanced)
    made = _turned(base, index, first, last) if turned else None
    if made is None:
        made = code.permuted(code.subscript(base.code, index), kept, wanted)
    rank = len(wanted) - len(axes)
    return Value(made, axes, rank, "tensor", base.dtype, (None,) * rank)


def _with_index(place: Place) -> Place:
    """An index tensor that no loop moves goes together with those that one does."""
    if place.fixed is None or not place.rank:
        return place
    return replace(place, fixed=None, index=Value(place.fixed, rank=place.rank))


def _turned(base: Value, index: Sequence[ast.expr], first: int, last: int) -> ast.expr | None:
    """``x.T[i]`` for ``x[:, i].T``: what is read then lies together in memory.

    ``None`` where the dimensions in front are not taken whole.
    """
    if base.axes or not all(code.is_full(i) for i in index[:first]):
        return None
    front, behind = range(first, last + 1), range(last + 1, base.rank)
    order = [*front, *range(first), *behind]
    moved = code.permuted(base.code, range(base.rank), order)
    return code.subscript(moved, [*index[first : last + 1], *index[:first], *index[last + 1 :]])


def _inner_dimensions(places: Sequence[Place]) -> list[list[int]]:
    """Return which subscripts bring dimensions of the item: slices one each, indices one."""
    deep = [k for k, p in enumerate(places) if p.index is not None and p.index.rank]
    joint = [k for k in deep if not places[k].crops]
    between = places[joint[0] : joint[-1]] if joint else []
    if any(p.keeps and (p.index is None or p.crops) for p in between):
        raise NotLiftable("index tensors on both sides of a slice")
    return sorted([*([k] for k in deep if places[k].crops), *([joint] if joint else [])])


def _placed(
    value: Value, tied: tuple[Axis, ...], inner: Sequence[Sequence[int]], k: int
) -> ast.expr:
    """The index tensor of a subscript, its own dimension where it is among the inner ones."""
    if not value.rank:
        return align(value, tied, len(inner))
    at = next(j for j, group in enumerate(inner) if k in group)
    made = align(value, tied, at + 1)
    after = len(inner) - 1 - at
    if not after:
        return made
    before = len(value.axes) + (at if value.axes else 0) + 1
    return code.subscript(made, [*[code.FULL] * before, *[code.NONE] * after])


def _tied_axes(base: Value, moving: Sequence[Place]) -> tuple[Axis, ...]:
    """Axes that index tensors bring, or that two subscripts share."""
    tied = {a for p in moving if p.index is not None for a in p.index.axes}
    alone = [p.counter.axis for p in moving if p.counter is not None]
    tied |= {a for a in alone if alone.count(a) > 1 or a in base.axes}
    sums = [p.counter for p in moving if p.counter is not None and p.counter.also is not None]
    tied |= {a for c in sums for a in (c.axis, c.also) if a is not None}
    return union([tuple(tied)])


def _counter(place: Place) -> Counter:
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return place.counter
