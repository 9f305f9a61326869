"""Inputs of other sizes that are made from an observed one, most telling first."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from loopscope.verify.change import Change
from loopscope.verify.inputs.sizes import Position, Resize, Sizes, sizes_of, together
from loopscope.verify.inputs.value_changes import Scaled, is_kept
from loopscope.verify.inputs.variation import Variation, Ways

Leaves: TypeAlias = Mapping[str, Any]
_MOST_SPLITS = 8
_MOST_CLASSES = 6
_MOST_WAYS = 9
_MOST_PARTS = 16
_MOST_EMPTY = 6
_SCALES = (9.0, 0), (-9.0, 0), (9.0, 9), (-9.0, -9)  # of floats, and what integers are moved by
_FACTORS = 0.1, 9.0, -9.0
_LESS_THAN_A_STEP = 2, 1
EMPTY = "no dimension is empty"


def size_variations(
    leaves: Leaves,
    fresh: Collection[str],
    trips: Sequence[int],
    rigid: Collection[int],
    beyond: Collection[int] = (),
    past: Collection[int] = (),
) -> Iterator[Variation]:
    """Yield inputs of other sizes: numbers of iterations first, then all others.

    Args:
        leaves: Of the input to change.
        fresh: Names that are bound anew.
        trips: Numbers of iterations.
        beyond: Numbers of iterations at which the rewrite may come to a limit of its own.
        past: Numbers of iterations at which a counter is past what the loop compares it with.
        rigid: Sizes that the loop names as literals, so that they cannot change.
    """
    sizes = sizes_of(leaves)
    trips = [size for size in trips if size not in rigid]
    for old in trips[:1]:
        for new in beyond:
            if new > old + 1:
                yield resized(sizes, leaves, {old: new})
    for old in trips:
        for new in past:
            if new > old + 1:
                yield resized(sizes, leaves, {old: new})
    for old in trips:
        step = _step(old, sizes)
        more = old + step if old > step else old + 2 * step  # two of something may be few as well
        for new in dict.fromkeys((more, old - step, 2 * step, step)):
            if new != old and new > 0:
                yield resized(sizes, leaves, {old: new}, few=new <= 2 * step)
        yield from _no_iterations(old, sizes, leaves)
        yield from _not_a_multiple(old, step, sizes, leaves)
    yield from _splits(sizes, leaves, fresh, rigid)
    if len(trips) > 1:
        yield resized(sizes, leaves, {trips[0]: trips[1]})
    fixed = {*trips, *rigid, *sizes.totals.values(), *sizes.groups.values()}
    others = [size for size in sizes.positions if size not in fixed and size > 1]
    for old in sorted(others, reverse=True)[:_MOST_CLASSES]:
        step = _step(old, sizes)
        yield resized(sizes, leaves, {old: old + step})
        yield from _not_a_multiple(old, step, sizes, leaves)
    for path, count in sizes.groups.items():
        guard = f"none of the {count} groups of `{path}` is empty"
        yield dataclasses.replace(resized(sizes, leaves, {count: count + 1}), guard=guard)
    for old in sorted(others)[:_MOST_CLASSES]:
        yield resized(sizes, leaves, {old: 1}, few=True)
    if len(others) > 1:
        yield resized(sizes, leaves, dict.fromkeys(sorted(others)[:_MOST_CLASSES], 1), few=True)
    yield from _empty(sorted(others)[:_MOST_CLASSES], sizes, leaves)


def _empty(several: Sequence[int], sizes: Sizes, leaves: Leaves) -> Iterator[Variation]:
    """Yield inputs without some sizes: all, one, and some places of one: they may be others."""
    for some in dict.fromkeys([tuple(several), *((old,) for old in several)]):
        if some:
            empty = resized(sizes, leaves, dict.fromkeys(some, 0))
            yield dataclasses.replace(empty, guard=EMPTY, smooth=False)
            for factor in _FACTORS:  # what a test turns away may be read of nothing
                yield dataclasses.replace(
                    empty,
                    ways=_scaled_ways(empty.ways, factor),
                    guard=EMPTY,
                    smooth=False,
                    counted=False,
                )
    for old in several:
        for places in itertools.islice(_parts(sizes.of(old)), _MOST_EMPTY):
            mapping = dict.fromkeys(places, 0)
            empty = _resizing(f"size 0 instead of {old}", sizes, leaves, [mapping], old)
            yield dataclasses.replace(empty, guard=EMPTY, counted=False)


def _no_iterations(old: int, sizes: Sizes, leaves: Leaves) -> Iterator[Variation]:
    """Yield inputs without any iteration: whatever the rewrite reads of others must not matter."""
    empty = resized(sizes, leaves, {old: 0}, few=True, no_iterations=True)
    yield empty
    for factor, more in _SCALES:
        ways = _scaled_ways(empty.ways, factor, more)
        guard = EMPTY if more else ""  # integers may be places, which are outside then
        yield dataclasses.replace(empty, ways=ways, guard=guard, counted=False)
    # Of sizes that are equal by chance, one may be how often the loop goes round.
    for places in _parts(sizes.of(old)):
        mapping = dict.fromkeys(places, 0)
        some = _resizing(empty.label, sizes, leaves, [mapping], old, few=True, no_iterations=True)
        yield dataclasses.replace(some, guard=EMPTY, counted=False)


def _parts(places: Sequence[Position]) -> Iterator[tuple[Position, ...]]:
    """Yield one of some places, two, or all but one or two."""
    counts = dict.fromkeys(n for n in (1, 2, len(places) - 1, len(places) - 2) if n > 0)
    parts = itertools.chain(*(itertools.combinations(places, n) for n in counts))
    return itertools.islice((p for p in parts if len(p) < len(places)), _MOST_PARTS)


def _scaled_ways(ways: Ways, factor: float, more: int = 0) -> Ways:
    return tuple(
        tuple(functools.partial(_scaled, attempt, factor, more) for attempt in way) for way in ways
    )


def _scaled(attempt: Callable[[], Change], factor: float, more: int) -> Change:
    return Scaled(attempt(), factor, more)


def _step(size: int, sizes: Sizes) -> int:
    """Return what a size is a multiple of, if a number says so: 12 rows in 4 groups."""
    numbers = (n for n, places in sizes.positions.items() if any(p.axis is None for p in places))
    return next((n for n in sorted(numbers, reverse=True) if 2 < n < size and size % n == 0), 1)


def _not_a_multiple(old: int, step: int, sizes: Sizes, leaves: Leaves) -> Iterator[Variation]:
    """Yield a size that is no multiple, and if that one went well, fewer than one step."""
    if step > 1:
        guard = f"{old} stays a multiple of {step}"
        yield dataclasses.replace(resized(sizes, leaves, {old: old + 1}), guard=guard)
        for new in _LESS_THAN_A_STEP:
            if new < step:
                less = resized(sizes, leaves, {old: new}, few=True)
                label = f"size less than {step} instead of {old}"
                yield dataclasses.replace(less, label=label, few=f"no {label}", unless=guard)


def resized(
    sizes: Sizes,
    leaves: Leaves,
    new: Mapping[int, int],
    *,
    few: bool = False,
    no_iterations: bool = False,
) -> Variation:
    """Return the input whose sizes are replaced, with everything that goes along."""
    ways = [list(together(sizes, old, size)) for old, size in new.items()]
    mappings = [
        {place: size for way in choice for place, size in way.items()}
        for choice in itertools.islice(itertools.product(*ways), _MOST_WAYS)
    ]
    what = " and ".join(f"{size} instead of {old}" for old, size in new.items())
    return _resizing(
        f"size {what}",
        sizes,
        leaves,
        mappings,
        next(iter(new)),
        few=few,
        no_iterations=no_iterations,
        smooth=not no_iterations and all(size < old for old, size in new.items()),
    )


def _resizing(
    label: str,
    sizes: Sizes,
    leaves: Leaves,
    mappings: Sequence[Mapping[Position, int]],
    size: int,
    *,
    few: bool = False,
    no_iterations: bool = False,
    smooth: bool = False,
) -> Variation:
    ways = tuple(
        tuple(_resize(sizes, leaves, mapping, into_range=fold) for fold in (False, True))
        for mapping in mappings
    )
    places = frozenset(place for mapping in mappings for place in mapping)
    return Variation(
        label,
        ways,
        places,
        resized=size,
        few=f"no {label}" if few else "",
        no_iterations=no_iterations,
        smooth=smooth,
    )


def _resize(
    sizes: Sizes, leaves: Leaves, mapping: Mapping[Position, int], *, into_range: bool
) -> Callable[[], Change]:
    return lambda: Resize(sizes, leaves, mapping, seed=21, into_range=into_range)


def _splits(
    sizes: Sizes, leaves: Leaves, fresh: Collection[str], rigid: Collection[int]
) -> Iterator[Variation]:
    """Yield inputs where two sizes that were equal are not: a square that is not square."""
    count = 0
    for size, places in sizes.positions.items():
        held = [p for p in places if p.axis is not None and not is_kept(p.path, fresh)]
        follow = [p for p in places if p.axis is None or is_kept(p.path, fresh)]
        tensors = [p for p in held if hasattr(leaves[p.path], "shape")]
        if size < 2 or len(held) < 2 or size in rigid:
            continue
        for place in tensors:
            if count == _MOST_SPLITS:
                return
            count += 1
            sets = [s for n in (len(follow), 0, 1, 2) for s in itertools.combinations(follow, n)]
            mappings = [
                {place: size + 1} | dict.fromkeys(some, size + 1)
                for some in dict.fromkeys(sets[:10])
            ]
            label = (
                f"`{place.path}` with {size + 1} instead of {size} along dimension {place.axis}"
            )
            yield dataclasses.replace(
                _resizing(label, sizes, leaves, mappings, size), places=frozenset([place])
            )
