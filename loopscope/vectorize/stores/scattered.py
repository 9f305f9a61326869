"""Where a scatter stores to: index tensors, and the dimensions that slices leave beside them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store, moved_axes
from loopscope.vectorize.value import Axis, NotLiftable, Value, align, expand


@dataclass(frozen=True, slots=True)
class Scattered:
    """The places of a store, and the value for them.

    Attributes:
        base: What is stored to, as code.
        places: What each subscript takes; counters as index tensors.
        axes: Leading dimensions of the index tensors.
        deep: How many dimensions an iteration's own index has.
        value: What is stored.
        size: How many dimensions what is stored to has.
    """

    base: str
    places: tuple[Place, ...]
    axes: tuple[Axis, ...]
    deep: int
    value: Value
    size: int

    @property
    def rank(self) -> int:
        """Number of dimensions that one iteration stores to."""
        dropped = sum(p.drops or p.index is not None for p in self.places)
        return self.size - dropped + self.deep

    @property
    def front(self) -> int:
        """How many of them stand in front of the index tensors' dimensions.

        PyTorch puts these first where a slice lies between two index tensors.
        """
        kept = [p.index is not None for p in self.places if not p.drops]
        first, last = kept.index(True), len(kept) - kept[::-1].index(True)
        return first if all(kept[first:last]) else 0

    @property
    def index(self) -> list[ast.expr]:
        """The subscripts, without slices at the end."""
        found = [self._aligned(p.index) if p.index else p.fixed or code.FULL for p in self.places]
        while code.is_full(found[-1]):
            found.pop()
        return found

    @property
    def tensors(self) -> list[ast.expr]:
        """The index tensors alone."""
        return [self._aligned(p.index) for p in self.places if p.index is not None]

    @property
    def view(self) -> ast.expr:
        """What the index tensors alone are subscripts of: ``out[:, 0]`` for ``out[k, 0]``."""
        fixed = [code.FULL if p.index else p.fixed or code.FULL for p in self.places]
        return code.subscript(code.attribute(self.base), fixed)

    @property
    def dims(self) -> list[int]:
        """Which dimensions of the view they take."""
        kept = [p.index is not None for p in self.places if not p.drops]
        return [dim for dim, is_index in enumerate(kept) if is_index]

    def stored(self, front: int | None = None) -> ast.expr:
        """The value as it goes to the index, ``front`` dimensions of it before the iterations'."""
        front = self.front if front is None else front
        value, rank = self.value, self.rank
        missing = rank - value.rank
        if not front or not value.axes:
            return align(value, self.axes, rank)
        items = list(range(missing, rank))
        have: list[Axis | int] = [*value.axes, *items]
        order = [*range(front), *self.axes, *range(front, rank)]
        made = code.permuted(value.code, have, [d for d in order if d in have])
        index = [code.FULL if d in have else code.NONE for d in order]
        while index[0] is code.NONE:
            index.pop(0)
        return code.subscript(made, index) if code.NONE in index else made

    def _aligned(self, index: Value | None) -> ast.expr:
        assert index is not None
        return align(index, self.axes, self.deep)


def scattered(lifter: Lifter, store: Store) -> Scattered:
    """Return where a store goes, in those iterations only in which its guard holds.

    Raises:
        NotLiftable: An index of several dimensions, or one behind a slice.
    """
    axes, value = moved_axes(store.places), store.value
    places = tuple(_indexed(p) for p in store.places)
    deep = max(p.index.rank for p in places if p.index is not None)
    if deep and any(p.fixed is not None and not p.drops for p in _up_to_last(places)):
        raise NotLiftable("an index with dimensions of its own behind a slice")
    if deep > 1:
        raise NotLiftable("an index of several dimensions")
    if store.guard is not None:
        places, axes, value = _where(lifter, places, axes, value, store.guard)
    return Scattered(store.base, places, axes, deep, value, store.seen.rank)


def _indexed(place: Place) -> Place:
    if place.index is not None or place.fixed is not None:
        if place.dim < 0:
            raise NotLiftable("a new dimension that is stored to")
        return place
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return replace(place, counter=None, index=counter_value(place.counter))


def _up_to_last(places: Sequence[Place]) -> Sequence[Place]:
    last = max(k for k, p in enumerate(places) if p.index is not None)
    return places[:last]


def _where(
    lifter: Lifter, places: Sequence[Place], axes: tuple[Axis, ...], value: Value, guard: Value
) -> tuple[tuple[Place, ...], tuple[Axis, ...], Value]:
    """Places and value of those iterations in which the guard holds, in a row."""
    names = [lifter.fresh(axis.name) for axis in axes]
    found = code.method(expand(guard, axes).code, "nonzero", as_tuple=True)
    lifter.statements.append(code.unpacking(names, found))
    size = code.call("len", code.name(names[0]))
    row = Axis(names[0], axes[0].order, linear(code.const(0)), linear(size), size)
    left = tuple(
        replace(p, index=_at(p.index, axes, names, row)) if p.index is not None else p
        for p in places
    )
    return left, (row,), value if value.is_fixed else _at(value, axes, names, row)


def _at(value: Value, axes: tuple[Axis, ...], names: list[str], row: Axis) -> Value:
    """A value in the iterations that are left."""
    if not value.axes:
        return value
    counter = value.counter
    if counter is not None and counter.sign == 1 and counter.axis.step == 1 and not counter.also:
        name: ast.expr = code.name(names[axes.index(counter.axis)])
        offset = counter.axis.start + counter.offset
        made = name if offset.is_zero else code.binary(name, ast.Add(), offset.code())
    else:
        kept = [code.name(n) for a, n in zip(axes, names, strict=True) if a in value.axes]
        made = code.subscript(value.code, kept)
    return replace(value, code=made, axes=(row,), counter=None)
