"""Which sizes of a scene go together, and copies of it with other sizes."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import Change, number_list
from loopscope.verify.inputs.numbers import Values, like, values_of
from loopscope.verify.inputs.redraw import in_order
from loopscope.verify.inputs.traits import Traits, is_integral, traits_of

_LONG_TUPLE = 5
_MOST_MULTIPLES = 3


@dataclass(frozen=True, slots=True)
class Position:
    """A place where a size stands: an axis of a tensor, the length of a list, or a number.

    ``axis`` is ``None`` for a number that is a size itself.
    """

    path: str
    axis: int | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """All sizes of a scene: size → where it stands.

    Attributes:
        totals: Leaves that add up to a size: offsets by their last value, lengths by their sum.
        groups: Leaves that number segment after segment, and the size that is their count.
    """

    positions: Mapping[int, tuple[Position, ...]]
    totals: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)

    def of(self, size: int) -> tuple[Position, ...]:
        """Where a size stands."""
        return self.positions.get(size, ())


def sizes_of(leaves: Mapping[str, Any]) -> Sizes:
    """Read the sizes of a scene's leaves."""
    found: dict[int, list[Position]] = collections.defaultdict(list)
    for path, leaf in leaves.items():
        match leaf:
            case bool():
                continue
            case int() if leaf >= 1:
                found[leaf].append(Position(path, None))
            case torch.Tensor() | np.ndarray():
                for axis, size in enumerate(leaf.shape):
                    found[size].append(Position(path, axis))
            case list():
                found[len(leaf)].append(Position(path, 0))
            case tuple() if len(leaf) >= _LONG_TUPLE and not isinstance(leaf, torch.Size):
                found[len(leaf)].append(Position(path, 0))
    totals, groups = {}, {}
    for path, leaf in leaves.items():
        if isinstance(leaf, torch.Tensor) and (leaf.ndim != 1 or _begins_elsewhere(leaf)):
            continue  # there may be thousands
        total, count = _total(leaf), _count_of_groups(leaf)
        if total is not None and total in found and total > 1:
            totals[path] = total
        elif count > 1 and count in found:
            groups[path] = count
    return Sizes({size: tuple(places) for size, places in found.items()}, totals, groups)


class Resize(Change):
    """Change some sizes, everything that goes along with them too.

    Args:
        sizes: Sizes of the scene that is changed.
        leaves: Its leaves.
        new: Position → new size.
        seed: Rows are drawn with it.
        into_range: Fold whole numbers below an old size into the new one: they may be indices.
    """

    def __init__(
        self,
        sizes: Sizes,
        leaves: Mapping[str, Any],
        new: Mapping[Position, int],
        *,
        seed: int = 0,
        into_range: bool = False,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self._new = dict(new)
        self._replaced: dict[str, Values] = {}
        self._picks: dict[tuple[int, int], Values] = {}
        self._bounds = _bounds(leaves, new) if into_range else ()
        for path, total in sizes.totals.items():
            size = self._new.get(Position(path, 0))
            if size is not None:
                values = self._resize_total(leaves[path], size)
                self._replaced[path] = values
                now = int(values[-1] if traits_of_offsets(leaves[path]) else values.sum())
                for place in sizes.of(total):
                    if place.path != path:
                        self._new.setdefault(place, now)

        for path, count in sizes.groups.items():
            owners = values_of(leaves[path])
            picks = None if owners is None else self._pick(path, 0, len(owners))
            if owners is not None and picks is not None:
                ranks = np.unique(owners[picks], return_inverse=True)[1]
                self._replaced[path] = ranks
                for place in sizes.of(count):
                    self._new.setdefault(place, int(ranks.max()) + 1 if len(ranks) else 0)

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return a leaf of the new size."""
        if path in self._replaced:
            return like(value, self._replaced[path])
        match value:
            case bool():
                return value
            case int():
                return self._new.get(Position(path, None), value)
            case list() if number_list(value):
                picks = self._pick(path, 0, len(value))
                return value if picks is None else [value[n] for n in picks]
            case torch.Tensor() | np.ndarray():
                return self._tensor(path, value)
        return value

    def picks(self, path: str, items: Sequence[object]) -> Sequence[int] | None:
        """Return which items a resized list is made of."""
        picks = self._pick(path, 0, len(items))
        return None if picks is None else picks.tolist()

    def _tensor(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        resized = value
        for axis, size in enumerate(value.shape):
            picks = self._pick(path, axis, size)
            if picks is not None:
                resized = _take(resized, picks, axis)
        before, now = values_of(value), values_of(resized)
        if before is None or now is None or (resized is value and not self._bounds):
            return resized
        if before.dtype == bool or not now.size or not is_integral(before):
            return resized
        traits = traits_of(before) if before.ndim == 1 else Traits(integral=True)
        if traits.permutation:
            now = now.argsort().argsort()
        elif traits.distinct:
            now = in_order(_without_duplicates(now), traits)
        elif before.dtype.kind == "i" or len(np.unique(before)) > 2:
            now = self._into_range(now, before)
        return like(value, now)

    def _into_range(self, now: Values, before: Values) -> Values:
        low, high = int(before.min()), int(before.max())
        for old, new in self._bounds:
            if low >= 0 and high == old:
                return np.minimum(now, new)  # lengths, up to the whole
            if low >= 0 and high < old and new:
                return np.where(now >= new, now % new, now)
        return now

    def _pick(self, path: str, axis: int, size: int) -> Values | None:
        new = self._new.get(Position(path, axis))
        if new is None or new == size or (size == 0 and new):
            return None
        if (size, new) not in self._picks:
            if new < size:
                rows = np.sort(self._rng.choice(size, size=new, replace=False))
            else:
                more = self._rng.integers(0, size, size=new - size)
                rows = np.sort(np.concatenate([np.arange(size), more]))
            self._picks[size, new] = rows
        return self._picks[size, new]

    def _resize_total(self, leaf: Any, size: int) -> Values:  # noqa: ANN401 (of any type)
        values = values_of(leaf)
        assert values is not None
        offsets = traits_of_offsets(leaf)
        lengths = np.diff(values) if offsets else values
        count = max(size - 1, 0) if offsets else size
        drawn = self._rng.choice(lengths, size=count)
        return np.concatenate([[0], drawn.cumsum()]).astype(np.int64) if offsets else drawn


def traits_of_offsets(leaf: object) -> bool:
    """Whether a leaf holds where segments begin and end."""
    values = values_of(leaf)
    return values is not None and values.ndim == 1 and traits_of(values).offsets


def _begins_elsewhere(leaf: torch.Tensor) -> bool:
    """Whether floating-point numbers number no groups: those begin with 0."""
    inexact = leaf.is_floating_point() or leaf.is_complex()
    return inexact and (not leaf.numel() or bool(leaf[0] != 0))


def _total(leaf: object) -> int | None:
    if not isinstance(leaf, list | torch.Tensor | np.ndarray):
        return None
    if isinstance(leaf, list) and not number_list(leaf):
        return None
    values = values_of(leaf)
    if values is None or values.ndim != 1 or values.dtype.kind != "i" or len(values) < 3:
        return None
    if values.min() < 0:
        return None
    return int(values[-1] if traits_of(values).offsets else values.sum())


def _count_of_groups(leaf: object) -> int:
    """Return how many segments a leaf numbers; 0 where it does not."""
    values = values_of(leaf)
    if values is None or values.ndim != 1 or not values.size or values[0] != 0:
        return 0
    return int(values.max()) + 1 if traits_of(values).in_steps else 0


def _bounds(leaves: Mapping[str, Any], new: Mapping[Position, int]) -> tuple[tuple[int, int], ...]:
    """Return the old and new sizes of what shrinks, smallest first."""
    found = set()
    for place, size in new.items():
        match leaves.get(place.path):
            case int(old):
                pass
            case list() | tuple() as items:
                old = len(items)
            case torch.Tensor() | np.ndarray() as values if place.axis is not None:
                old = values.shape[place.axis]
            case _:
                continue
        if size < old:
            found.add((old, size))
    return tuple(sorted(found))


def _take(value: Any, picks: Values, axis: int) -> Any:  # noqa: ANN401 (of any type)
    if isinstance(value, torch.Tensor):
        return value.index_select(axis, torch.from_numpy(picks).to(value.device))
    return value.take(picks, axis=axis)


def _without_duplicates(values: Values) -> Values:
    """Replace repeated numbers by unused ones, of the same range where there are any."""
    low, high = int(values.min()), int(values.max())
    used = set(values.tolist())
    inside = (n for n in range(low, high) if n not in used)
    unused = itertools.chain(inside, itertools.count(high + 1))
    _, first = np.unique(values, return_index=True)
    repeated = np.setdiff1d(np.arange(len(values)), first)
    values[repeated] = list(itertools.islice(unused, len(repeated)))
    return values


def together(sizes: Sizes, old: int, new: int) -> Iterable[dict[Position, int]]:
    """Yield what may change along with a size, what goes together most likely first."""
    same = dict.fromkeys(sizes.of(old), new)
    near = {
        place: new + step
        for step in (-1, 1)
        if old + step > 1 and new + step >= 0
        for place in sizes.of(old + step)
    }
    multiples = [
        dict.fromkeys(places, size // old * new)
        for size, places in sorted(sizes.positions.items(), reverse=True)
        if old > 2 and size > old and size % old == 0
    ]
    yield same
    if near:
        yield near | same
    if len(multiples) > 1:
        yield {place: size for one in multiples for place, size in one.items()} | same
    for one in multiples[:_MOST_MULTIPLES]:
        yield one | same
