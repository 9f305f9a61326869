"""Values at, above and below the numbers that a loop compares with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np

from loopscope.verify.inputs.numbers import Values
from loopscope.verify.inputs.redraw import in_order, redraw
from loopscope.verify.inputs.traits import Traits
from loopscope.verify.inputs.value_changes import OtherValues

Side: TypeAlias = Literal["above", "just above", "equal to", "just below", "below", "around"]
SIDES: tuple[Side, ...] = get_args(Side)


class Ties(OtherValues):
    """Few different values, those that the loop compares with among them.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        constants: Numbers to put where they are within the observed range.
        anywhere: Numbers to put wherever they are.
    """

    def __init__(
        self,
        seed: int,
        keep: Collection[str],
        constants: Sequence[float],
        anywhere: Sequence[float] = (),
    ) -> None:
        super().__init__(seed, keep)
        self._constants = _both_signs(constants)
        self._anywhere = _both_signs(anywhere)

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values of which many are equal."""
        if values.size == 0 or values.dtype == bool:
            return values
        if _is_fixed(traits):
            return redraw(values, traits, self._rng)
        few = self._rng.choice(redraw(values, traits, self._rng).ravel(), size=3)
        drawn = self._rng.choice(few, size=values.shape)
        at = [c for c in self._constants if _within(values, c) and _fits(traits, c)]
        at += [c for c in self._anywhere if _fits(traits, c) and not traits.integral]
        if at:
            here = self._rng.random(values.shape) < 0.4
            drawn = np.where(here, self._rng.choice(at, size=values.shape), drawn)
        return in_order(drawn, traits)

    def _number(self, value: float) -> float:
        return value


class OneSide(OtherValues):
    """All values on one side of a number that the loop compares with, or all equal to it.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        constant: The number.
        side: Above, below, equal to it, or around it; a whole spread away, or just so.
        negative: Make values negative that surely never are.
    """

    def __init__(
        self,
        seed: int,
        keep: Collection[str],
        constant: float,
        side: Side,
        *,
        negative: bool = False,
    ) -> None:
        super().__init__(seed, keep)
        self._constant, self._side, self._negative = constant, side, negative

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values on that side, of the observed spread."""
        if _is_fixed(traits) or values.dtype == bool or not values.size:
            return values
        found = self._whole(values) if traits.integral else self._real(values, traits)
        if traits.not_negative and found.min() < 0 and not self._negative:
            return values
        return in_order(found.astype(values.dtype), traits)

    def _real(self, values: Values, traits: Traits) -> Values:
        drawn = redraw(values, traits, self._rng)
        away = np.abs(drawn - drawn.min()) + 1e-3
        signs = self._rng.choice([-1, 1], size=values.shape)
        moved = {
            "above": away,
            "just above": 0.3 * away / away.max(),
            "equal to": 0 * away,
            "just below": -0.3 * away / away.max(),
            "below": -away,
            "around": signs * away,
        }
        return np.asarray(self._constant + moved[self._side])

    def _whole(self, values: Values) -> Values:
        """Whole numbers may be indices: none beyond those observed."""
        allowed = np.unique(values)
        if "above" in self._side:
            allowed = allowed[allowed > self._constant]
        elif "below" in self._side:
            allowed = allowed[allowed < self._constant]
        elif self._side == "equal to":
            allowed = allowed[allowed == self._constant]
        if not len(allowed):
            return values
        return np.asarray(self._rng.choice(allowed, size=values.shape))

    def _number(self, value: float) -> float:
        return value


class SomeEqual(OtherValues):
    """Among whole numbers some of a value that the loop looks for: an index to ignore.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        number: The value.
    """

    def __init__(self, seed: int, keep: Collection[str], number: float) -> None:
        super().__init__(seed, keep)
        self._value = number

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values with it among them."""
        if _is_fixed(traits) or not traits.integral or values.dtype == bool:
            return values
        some = self._rng.random(values.shape) < 0.3
        return in_order(np.where(some, self._value, values).astype(values.dtype), traits)

    def _number(self, value: float) -> float:
        return value


class WholeNumbers(OtherValues):
    """Whole numbers of a few, whether or not they were observed.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are, and paths.
        numbers: What to draw from. Where no value is negative, none below zero is drawn.
    """

    def __init__(self, seed: int, keep: Collection[str], numbers: Sequence[float]) -> None:
        super().__init__(seed, keep)
        self._numbers = numbers

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values of those numbers alone."""
        allowed = [number for number in self._numbers if _fits(traits, number)]
        if _is_fixed(traits) or not traits.integral or values.dtype == bool or not allowed:
            return values
        return self._rng.choice(allowed, size=values.shape).astype(values.dtype)

    def _number(self, value: float) -> float:
        return value


def _is_fixed(traits: Traits) -> bool:
    """Whether values are tied to each other, so that no single one can be chosen."""
    return traits.distinct or traits.permutation or traits.offsets or traits.in_steps


def _both_signs(constants: Sequence[float]) -> tuple[float, ...]:
    return tuple(sorted({*constants, *(-c for c in constants)}))


def _within(values: Values, constant: float) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size) and bool(finite.min() <= constant <= finite.max())


def _fits(traits: Traits, constant: float) -> bool:
    whole = not traits.integral or float(constant).is_integer()
    return whole and not (traits.not_negative and constant < 0)
