"""Smaller versions of an observed input, to learn from before it is run itself."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence

from loopscope.verify.case import Case
from loopscope.verify.inputs.size_variations import resized
from loopscope.verify.inputs.sizes import sizes_of
from loopscope.verify.memory import LargestTensor, extrapolate, fits
from loopscope.verify.tally import StopError
from loopscope.verify.trial import Input

_SMALL = (9, 7, 6, 5)  # iterations, outermost loop first
_FEW_TICKS = 2000  # a size that is small by itself may stand for the step of a long range
_PART_FOR_OBSERVED = 0.2
_COPIES = 6  # that judging an input takes, with what is compared
_LARGEST_CHUNK = 128  # so that there is time to run several
_WORTH_A_RUN = 2.0  # growth below which a larger input tells nothing new


def small_input(case: Case) -> Input | None:
    """Return the observed input with few iterations, if loop and rewrite agree on it.

    Raises:
        StopError: They do not, and it is no input that cannot occur.
    """
    first = case.observed[0]
    leaves = case.trial.leaves(first)
    for new in _smaller(tuple(dict.fromkeys(case.trips(first)))):
        variation = resized(sizes_of(leaves), leaves, new)
        variation = dataclasses.replace(variation, ticks=_FEW_TICKS)
        found = case.explorer.try_variation(first, variation)
        if found is not None:
            return found
    return None


def _smaller(trips: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield which sizes to replace by which."""
    wanted = {old: new for old, new in zip(trips, _SMALL, strict=False) if old > new + 3}
    if wanted:
        yield wanted
    largest = max(trips, default=0)
    steps = [size for size in trips if size < largest]
    few = sum(steps) + (_SMALL[0] - 1) * min(steps, default=0)
    if steps and few < largest:  # a window that moves: range(0, total - window + 1, step)
        yield {largest: few}
    if len(wanted) > 1:
        yield dict(list(wanted.items())[:1])


def as_much_as_there_is_time_for(case: Case, given: Input, small: Input | None) -> Input | None:
    """Return the input itself, or a smaller one that takes a small part of the budget.

    ``None`` where the small input is all that there is time for.
    """
    if small is None:
        return given
    judged_ns = case.explorer.results[id(small)].judged_ns
    allowed_ns, needed_ns = (
        _PART_FOR_OBSERVED * case.budget.total_ns,
        _needed_ns(case, given, small),
    )
    if needed_ns <= allowed_ns:
        return given
    large, little = (dict.fromkeys(case.trips(i)) for i in (given, small))
    grown = [a for a, b in zip(large, little, strict=False) if a > b]
    if allowed_ns < _WORTH_A_RUN * judged_ns:
        return None
    part = (allowed_ns / needed_ns) ** (1 / max(len(grown), 1))
    sizes = {old: max(int(old * part), least) for old, least in zip(large, little, strict=False)}
    new = {old: size for old, size in sizes.items() if size != old}
    leaves = case.trial.leaves(given)
    return case.explorer.try_variation(given, resized(sizes_of(leaves), leaves, new))


def is_costly(case: Case, small: Input | None) -> bool:
    """Whether what was observed takes so long that other inputs are tried before."""
    allowed_ns = _PART_FOR_OBSERVED * case.budget.total_ns
    return small is not None and _needed_ns(case, case.observed[0], small) > allowed_ns


def _needed_ns(case: Case, given: Input, small: Input) -> float:
    """Return how long it may take to judge an input, told from a small one."""
    large, little = (dict.fromkeys(case.trips(i)) for i in (given, small))
    growth = math.prod(a / b for a, b in zip(large, little, strict=False) if a > b)
    judged_ns = case.explorer.results[id(small)].judged_ns
    return max(growth * judged_ns, _COPIES * case.trial.copy_ns(given))


def refuse_too_large(case: Case, small: Input | None) -> None:
    """Refuse a rewrite that would ask for too much memory on what was observed.

    Raises:
        StopError: It would.
    """
    first = case.observed[0]
    trips = case.trips(first)
    if small is None or not trips:
        return
    leaves = case.trial.leaves(first)
    sizes = sizes_of(leaves)
    points = []
    for new in (_SMALL[0], 2 * _SMALL[0]):
        for way in resized(sizes, leaves, {trips[0]: new}).ways:
            scene = case.trial.copy(first, way[-1](), names=case.trial.kept)
            with LargestTensor() as largest:
                ending = case.trial.run(case.trial.rewrite, Input("", scene.names))
            if ending.error is None:
                points.append((new, largest.nbytes))
                break
    if len(points) == 2:
        size = min(trips[0], case.candidate.chunk or trips[0])
        if not fits(extrapolate(points[0], points[1], size)):
            chunk = _that_fits(points[0], points[1], size)
            raise StopError("refuted", "the rewrite needs too much memory at once", chunk=chunk)


def _that_fits(small: tuple[int, int], larger: tuple[int, int], size: int) -> int:
    """Return a power of two below a size that there is memory for; 0 for none."""
    chunk = min(_LARGEST_CHUNK, 1 << (size - 1).bit_length() - 1)
    while chunk and not fits(extrapolate(small, larger, chunk)):
        chunk //= 2
    return chunk
