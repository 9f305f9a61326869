"""Where a scatter stores to: index tensors, and the dimensions that slices leave beside them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.named_places import named_places
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value, align, expand


@dataclass(frozen=True, slots=True)
class Scattered:
    """The places of a store, and the value for them.

    Attributes:
        base: What is stored to, as code.
        places: What each subscript takes: an index tensor, or what is fixed. Counters that move
            nothing else are slices.
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
        return sum(not isinstance(dim, Axis) for dim in self._beside) + self.deep

    @property
    def all_axes(self) -> tuple[Axis, ...]:
        """All loops that move the store."""
        return union([self.axes, [dim for dim in self._beside if isinstance(dim, Axis)]])

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
    def view_rank(self) -> int:
        """How many dimensions that has."""
        return self.size - sum(p.drops for p in self.places)

    @property
    def dims(self) -> list[int]:
        """Which dimensions of the view they take."""
        kept = [p.index is not None for p in self.places if not p.drops]
        return [dim for dim, is_index in enumerate(kept) if is_index]

    def stored(self, *, first: bool = False) -> ast.expr:
        """The value as it goes to ``base[index]``; ``first``: the iterations' dimensions lead.

        They do so in any case where a slice lies between two index tensors.
        """
        beside, dims = self._beside, self.dims
        apart = dims[-1] - dims[0] >= len(dims)
        at = 0 if first or apart else dims[0]
        own = list(range(self.deep))
        order = [*beside[:at], *self.axes, *own, *beside[at:]]
        have = [*self.value.axes, *range(self.rank - self.value.rank, self.rank)]
        made = code.permuted(self.value.code, have, [d for d in order if d in have])
        index = [code.FULL if d in have else code.NONE for d in order]
        while index and index[0] is code.NONE:
            index.pop(0)
        return code.subscript(made, index) if code.NONE in index else made

    @property
    def _beside(self) -> list[Axis | int]:
        """What the dimensions are that slices leave: loops, and an iteration's own by number."""
        left = [p.counter.axis if p.counter else None for p in self.places
                if p.index is None and not p.drops]  # fmt: skip
        left += [None] * (self.size - len(self.places))
        number = count(self.deep)
        return [next(number) if axis is None else axis for axis in left]

    def _aligned(self, index: Value | None) -> ast.expr:
        assert index is not None
        return align(index, self.axes, self.deep)


def scattered(lifter: Lifter, store: Store) -> Scattered:
    """Return where a store goes, in those iterations only in which its guard holds.

    Raises:
        NotLiftable: An index of several dimensions, or one behind a slice.
    """
    places, value = tuple(_indexed(lifter, store, p) for p in store.places), store.value
    axes = union([p.index.axes for p in places if p.index is not None])
    deep = max(p.index.rank for p in places if p.index is not None)
    if deep:
        places = tuple(map(_with_index, places))
    last = max(k for k, p in enumerate(places) if p.index is not None)
    if deep and any(not (p.index or p.counter or p.drops) for p in places[:last]):
        raise NotLiftable("an index with dimensions of its own behind a slice")
    if deep > 1:
        raise NotLiftable("an index of several dimensions")
    if store.guard is not None:
        places, axes, value = _where(lifter, places, axes, value, store.guard)
    return Scattered(store.base, places, axes, deep, value, store.seen.rank)


def _indexed(lifter: Lifter, store: Store, place: Place) -> Place:
    """The place with a slice or an index tensor for its counter."""
    if place.index is not None or place.fixed is not None:
        if place.dim < 0:
            raise NotLiftable("a new dimension that is stored to")
        return place
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    if _is_alone(store, place.counter):
        size = store.seen.shape[place.dim]
        part = slice_of(lifter, place.counter, size, store.base, place.dim)
        return replace(place, fixed=part)
    return replace(place, counter=None, index=_index_tensor(lifter, store, place.counter))


def _with_index(place: Place) -> Place:
    """An index tensor that no loop moves as one beside those that an iteration makes."""
    if place.fixed is None or place.drops or isinstance(place.fixed, ast.Slice):
        return place
    return replace(place, fixed=None, index=Value(place.fixed, rank=1, dtype="int64"))


def _index_tensor(lifter: Lifter, store: Store, counter: Counter) -> Value:
    """``torch.arange(n) + 1`` where ``torch.arange(n)`` is stored to as well."""
    others = [p.counter for s in lifter.stores if s.base == store.base for p in s.places]
    plain = replace(counter, offset=Linear())
    value = counter_value(counter)
    if counter == plain or plain not in others or not counter.axis.start.is_zero:
        return value
    made = code.binary(counter_value(plain).code, ast.Add(), counter.offset.code())
    return replace(value, code=made)


def _is_alone(store: Store, counter: Counter) -> bool:
    """Whether its loop moves nothing else, so that a slice does."""
    axes = [a for p in store.places for a in (p.index.axes if p.index else ())]
    axes += [p.counter.axis for p in store.places if p.counter]
    low = counter.axis.start + counter.offset
    forward = counter.sign == 1 and counter.also is None and (low.terms or low.constant >= 0)
    return bool(forward) and axes.count(counter.axis) == 1 and store.guard is None


def _where(
    lifter: Lifter, places: Sequence[Place], axes: tuple[Axis, ...], value: Value, guard: Value
) -> tuple[tuple[Place, ...], tuple[Axis, ...], Value]:
    """Places and value of those iterations in which the guard holds, in a row."""
    names = named_places(lifter, expand(guard, axes).code, axes)
    size = code.call("len", code.name(names[0]))
    row = Axis(names[0], axes[0].order, linear(code.const(0)), linear(size), size)
    left = tuple(
        replace(p, index=_named(lifter, p.index, guard, _at(p.index, axes, names, row)))
        if p.index is not None
        else p
        for p in places
    )
    return left, (row,), value if value.is_fixed else _at(value, axes, names, row)


def _named(lifter: Lifter, index: Value, guard: Value, left: Value) -> Value:
    """What is left of an index, under a name where several stores go by it."""
    same = [
        place
        for store in lifter.stores
        if store.guard is not None and code.text(store.guard.code) == code.text(guard.code)
        for place in store.places
        if place.index is not None and code.text(place.index.code) == code.text(index.code)
    ]
    key = code.text(left.code)
    if len(same) < 2 or isinstance(left.code, ast.Name):
        return left
    if key not in lifter.ranges:
        lifter.ranges[key] = lifter.bind("index", left)
    return replace(left, code=lifter.ranges[key].code)


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
