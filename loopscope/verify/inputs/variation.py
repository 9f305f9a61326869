"""The inputs that are made from an observed one, most telling first."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from loopscope.verify.inputs.layout_changes import InFloat64, NotContiguous
from loopscope.verify.inputs.numbers import values_of
from loopscope.verify.inputs.sizes import Position, Resize, Sizes, sizes_of, together
from loopscope.verify.inputs.traits import Traits, traits_of
from loopscope.verify.inputs.value_changes import (
    SIDES,
    BreakOne,
    Larger,
    OneSide,
    OtherValues,
    Rows,
    Ties,
    ZerosAndSigns,
    is_kept,
)
from loopscope.verify.scene import Change

Leaves: TypeAlias = Mapping[str, Any]
_MOST_SPLITS = 8
_MOST_CLASSES = 6
_MOST_CONSTANTS = 3
_BROKEN = {"ascending": "is sorted", "descending": "is sorted, largest first",
           "distinct": "has no value twice", "permutation": "has every number once",
           "offsets": "begins with 0 and ends with the total",
           "in_steps": "goes up by one at a time"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variation:
    """One input to try.

    Attributes:
        label: For the user: ``"other values"``.
        ways: Changes that make it, the likeliest first; of each, one for indices as they are and
            one for indices brought into range. The first on which the two agree counts.
        places: Where sizes are changed by any attempt.
        resized: The size that is changed; 0 where sizes are as they were.
        few: The size becomes so small that the rewrite may well be none for it.
        no_iterations: The loop may not go round at all.
        smooth: No ties, no zeros: gradients can be compared.
        cancels: Values are such that results may cancel to nothing.
        guard: What held of the observed input and does not of this one.
    """

    label: str
    ways: tuple[tuple[Callable[[], Change], ...], ...]
    places: frozenset[Position] = frozenset()
    resized: int = 0
    few: bool = False
    no_iterations: bool = False
    smooth: bool = False
    cancels: bool = False
    guard: str = ""


@dataclass(frozen=True, slots=True)
class Constants:
    """Numbers of a loop.

    Attributes:
        compared: Those that it compares with: values are put at them and on both sides of them.
        bounds: Those that values are cut off at.
        known: All of them: values are put at them where they are within the observed range.
    """

    compared: tuple[float, ...] = ()
    bounds: tuple[float, ...] = ()
    known: tuple[float, ...] = ()


def value_variations(
    leaves: Leaves, keep: Collection[str], constants: Constants, trips: Sequence[int]
) -> Iterator[Variation]:
    """Yield inputs of the same sizes.

    Args:
        leaves: Of the input to change.
        keep: Names that stay as they are.
        constants: Numbers of the loop.
        trips: Numbers of iterations.
    """
    traits = _traits(leaves, keep)
    yield Variation("other values", one(lambda: OtherValues(11, keep)), smooth=True)
    for count in trips[:1]:
        of_rows = {p: t for p, t in traits.items() if _has_rows(leaves[p], count)}
        rows = functools.partial(Rows, 12, keep, count, of_rows)
        yield Variation("other rows", one(rows), cancels=True)
    yield Variation("ties", one(lambda: Ties(13, keep, constants.known)), cancels=True)
    signed = {path for path, t in traits.items() if t.not_negative} | set(keep)
    yield Variation("zeros and both signs", one(lambda: ZerosAndSigns(14, signed)), cancels=True)
    yield Variation("other values", one(lambda: OtherValues(15, keep)), smooth=True)
    yield Variation("tensors that are not contiguous", one(NotContiguous))
    for constant in constants.compared[:_MOST_CONSTANTS]:
        for side in SIDES:
            change = functools.partial(OneSide, 20, keep, constant, side)
            yield Variation(f"all values {side} {constant:g}", one(change), cancels=True)
    if constants.compared:
        ties = functools.partial(Ties, 16, keep, constants.known, constants.compared)
        yield Variation("ties", one(ties), cancels=True)
    yield Variation("float64", one(InFloat64), guard="inputs have the observed dtype")
    as_large = "values as large as those observed"
    yield Variation("larger values", one(lambda: Larger(19, keep)), guard=as_large)
    for constant in constants.bounds[:_MOST_CONSTANTS]:
        beyond = functools.partial(OneSide, 22, keep, constant, "around")
        yield Variation(f"values around {constant:g}", one(beyond), guard=as_large, cancels=True)
    for path, trait in traits.items():
        yield from _broken(path, trait, keep, leaves)


def one(change: Callable[[], Change]) -> tuple[tuple[Callable[[], Change], ...], ...]:
    """Return the only way to make a variation."""
    return ((change,),)


def size_variations(
    leaves: Leaves,
    fresh: Collection[str],
    trips: Sequence[int],
    rigid: Collection[int],
    beyond: Collection[int] = (),
) -> Iterator[Variation]:
    """Yield inputs of other sizes: numbers of iterations first, then all others.

    Args:
        leaves: Of the input to change.
        fresh: Names that are bound anew.
        trips: Numbers of iterations.
        beyond: Numbers of iterations at which the rewrite may come to a limit of its own.
        rigid: Sizes that the loop names as literals, so that they cannot change.
    """
    sizes = sizes_of(leaves)
    trips = [size for size in trips if size not in rigid]
    for old in trips[:1]:
        for new in beyond:
            if new > old + 1:
                yield resized(sizes, leaves, {old: new})
    for old in trips:
        step = _step(old, sizes)
        for new in dict.fromkeys((old + step, old - step, 2 * step, step, 0)):
            if new != old and new >= 0:
                few = new <= 2 * step
                yield resized(sizes, leaves, {old: new}, few=few, no_iterations=new == 0)
        yield from _not_a_multiple(old, step, sizes, leaves)
    yield from _splits(sizes, leaves, fresh, rigid)
    if len(trips) > 1:
        yield resized(sizes, leaves, {trips[0]: trips[1]})
    fixed = {*trips, *rigid, *sizes.totals.values()}
    others = [size for size in sizes.positions if size not in fixed and size > 1]
    for old in sorted(others, reverse=True)[:_MOST_CLASSES]:
        step = _step(old, sizes)
        yield resized(sizes, leaves, {old: old + step})
        yield from _not_a_multiple(old, step, sizes, leaves)
    for old in sorted(others)[:_MOST_CLASSES]:
        yield resized(sizes, leaves, {old: 1}, few=True)


def _step(size: int, sizes: Sizes) -> int:
    """Return what a size is a multiple of, if a number says so: 12 rows in 4 groups."""
    numbers = (n for n, places in sizes.positions.items() if any(p.axis is None for p in places))
    return next((n for n in sorted(numbers, reverse=True) if 2 < n < size and size % n == 0), 1)


def _not_a_multiple(old: int, step: int, sizes: Sizes, leaves: Leaves) -> Iterator[Variation]:
    if step > 1:
        guard = f"{old} stays a multiple of {step}"
        yield dataclasses.replace(resized(sizes, leaves, {old: old + 1}), guard=guard)


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
        for choice in itertools.islice(itertools.product(*ways), 9)
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
        few=few,
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


def _broken(
    path: str, traits: Traits, keep: Collection[str], leaves: Leaves
) -> Iterator[Variation]:
    """Yield inputs on which what held of an observed tensor does not."""
    for trait, words in _BROKEN.items():
        if getattr(traits, trait) and not (trait == "distinct" and traits.permutation):
            less = {trait: False}
            if trait not in ("distinct", "in_steps"):
                less |= {"offsets": False, "permutation": False}
            if trait == "permutation":
                less["distinct"] = False
            kept = dataclasses.replace(traits, **less)
            yield Variation(
                f"`{path}` that not {words}",
                one(functools.partial(BreakOne, 17, path, kept)),
                guard=f"`{path}` {words}",
            )
    if traits.not_negative and not traits.integral:
        others = {other for other in leaves if other != path} | set(keep)
        yield Variation(
            f"`{path}` with negative values",
            one(lambda: ZerosAndSigns(18, others)),
            guard=f"`{path}` has no negative value",
        )


def _traits(leaves: Leaves, keep: Collection[str]) -> dict[str, Traits]:
    found = {}
    for path, leaf in leaves.items():
        values = values_of(leaf)
        if values is not None and np.ndim(values) and not is_kept(path, keep):
            found[path] = traits_of(values)
    return found


def _has_rows(leaf: Any, count: int) -> bool:  # noqa: ANN401 (leaves are of any type)
    return bool(np.shape(leaf)) and len(leaf) == count
