"""One input to be made from an observed one, and what a difference on it would mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from loopscope.verify.change import Change
from loopscope.verify.inputs.sizes import Position

Ways: TypeAlias = tuple[tuple[Callable[[], Change], ...], ...]


@dataclass(frozen=True, slots=True)
class Variation:
    """One input to try.

    Attributes:
        label: For the user: ``"other values"``.
        ways: Changes that make it, the likeliest first; of each, one for indices as they are and
            one for indices brought into range. The first on which the two agree counts.
        places: Where sizes are changed by any attempt.
        resized: The size that is changed; 0 where sizes are as they were.
        few: The guard where the rewrite is none for it, as well may be: the size becomes so small.
        no_iterations: The loop may not go round at all.
        smooth: No ties, no zeros: gradients can be compared.
        finite: Gradients need not be one's but finite ones stay finite: zeros, or tests that come
            out one way alone.
        cancels: Values are such that results may cancel to nothing.
        guard: What held of the observed input and does not of this one.
        unless: A guard with which it is no input that can occur.
        ticks: Iterations allowed; 0 where a usual number is.
        counted: It is an input of its own; else one more try of the variation before.
    """

    label: str
    ways: Ways
    places: frozenset[Position] = frozenset()
    resized: int = 0
    few: str = ""
    no_iterations: bool = False
    smooth: bool = False
    finite: bool = False
    cancels: bool = False
    guard: str = ""
    unless: str = ""
    ticks: int = 0
    counted: bool = True


def one(change: Callable[[], Change]) -> Ways:
    """Return the only way to make a variation."""
    return ((change,),)
