"""Smaller versions of an observed input, to learn from before it is run itself."""

from __future__ import annotations

import math

from loopscope.verify.case import Case
from loopscope.verify.inputs.sizes import sizes_of
from loopscope.verify.inputs.variation import resized
from loopscope.verify.memory import LargestTensor, extrapolate, fits
from loopscope.verify.tally import StopError
from loopscope.verify.trial import Input

_SMALL = (9, 7, 6, 5)  # iterations, outermost loop first
_PART_FOR_ONE_LOOP = 0.1


def small_input(case: Case) -> Input | None:
    """Return the observed input with few iterations, if loop and rewrite agree on it.

    Raises:
        StopError: They do not, and it is no input that cannot occur.
    """
    first = case.observed[0]
    leaves = case.trial.leaves(first)
    trips = dict.fromkeys(case.trips(first))
    wanted = {old: new for old, new in zip(trips, _SMALL, strict=False) if old > new + 3}
    for new in (wanted, dict(list(wanted.items())[:1])):
        if new:
            variation = resized(sizes_of(leaves), leaves, new)
            found = case.explorer.try_variation(first, variation)
            if found is not None:
                return found
    return None


def as_much_as_there_is_time_for(case: Case, given: Input, small: Input | None) -> Input | None:
    """Return the input itself, or a smaller one that takes a small part of the budget.

    ``None`` where the small input is all that there is time for.
    """
    if small is None:
        return given
    ending = case.trial.run(case.trial.loop, small)
    large, little = (dict.fromkeys(case.trips(i)) for i in (given, small))
    growth = math.prod(a / b for a, b in zip(large, little, strict=False) if a > b)
    allowed = _PART_FOR_ONE_LOOP * case.budget.total_ns / max(ending.duration_ns, 1)
    if growth <= allowed:
        return given
    part = (allowed / growth) ** (1 / max(len(large), 1))
    new = {old: max(int(old * part), least) for old, least in zip(large, little, strict=False)}
    leaves = case.trial.leaves(given)
    return case.explorer.try_variation(given, resized(sizes_of(leaves), leaves, new))


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
            scene = case.trial.copy(first, way[-1]())
            with LargestTensor() as largest:
                ending = case.trial.run(case.trial.rewrite, Input("", scene.names))
            if ending.error is None:
                points.append((new, largest.nbytes))
                break
    if len(points) == 2 and not fits(extrapolate(points[0], points[1], trips[0])):
        raise StopError("refuted", "the rewrite needs too much memory at once")
