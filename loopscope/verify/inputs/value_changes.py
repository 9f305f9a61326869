"""Inputs of the observed sizes with other values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import torch

from loopscope.verify.inputs.numbers import Values, like, values_of
from loopscope.verify.inputs.redraw import has_whole_columns, in_order, redraw
from loopscope.verify.inputs.traits import Traits, traits_of
from loopscope.verify.scene import Change, root_of


class OtherValues(Change):
    """Give every leaf other values of the same kind; numbers too, unless they are kept.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are, and paths.
    """

    def __init__(self, seed: int, keep: Collection[str]) -> None:
        self._rng = np.random.default_rng(seed)
        self._keep = keep

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return other values of the same kind."""
        if is_kept(path, self._keep) or isinstance(value, bool):
            return value
        values = values_of(value)
        if values is None:
            return value
        if isinstance(value, int | float):
            return self._number(value)
        traits = traits_of(values)
        if has_whole_columns(values, traits):
            columns = [values[:, n] for n in range(values.shape[1])]
            changed = [self.change(path, c, traits_of(c)) for c in columns]
            return like(value, np.stack(changed, axis=1))
        return like(value, self.change(path, values, traits))

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return what takes the place of a tensor's values."""
        return redraw(values, traits, self._rng)

    def _number(self, value: float) -> float:
        if isinstance(value, int) or value in (0.0, 1.0, -1.0) or not np.isfinite(value):
            return value  # a size, an index, a neutral element: other code depends on it
        if 0 < value < 1:
            return float(value ** self._rng.uniform(0.5, 2))
        return float(value * self._rng.uniform(0.6, 1.5))


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
        if traits.distinct or traits.permutation or traits.offsets or traits.in_steps:
            return redraw(values, traits, self._rng)
        few = self._rng.choice(redraw(values, traits, self._rng).ravel(), size=3)
        drawn = self._rng.choice(few, size=values.shape)
        at = [c for c in self._constants if _within(values, c) and _fits(traits, c)]
        at += [c for c in self._anywhere if _fits(traits, c)]
        if at:
            here = self._rng.random(values.shape) < 0.4
            drawn = np.where(here, self._rng.choice(at, size=values.shape), drawn)
        return in_order(drawn, traits)

    def _number(self, value: float) -> float:
        return value


Side: TypeAlias = Literal["above", "just above", "equal to", "just below", "below", "around"]
SIDES: tuple[Side, ...] = get_args(Side)


class OneSide(OtherValues):
    """All values on one side of a number that the loop compares with, or all equal to it.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        constant: The number.
        side: Above, below, equal to it, or around it; a whole spread away, or just so.
    """

    def __init__(self, seed: int, keep: Collection[str], constant: float, side: Side) -> None:
        super().__init__(seed, keep)
        self._constant, self._side = constant, side

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values on that side, of the observed spread."""
        fixed = traits.distinct or traits.permutation or traits.offsets or traits.in_steps
        if fixed or values.dtype == bool or not _fits(traits, self._constant) or not values.size:
            return values
        drawn = redraw(values, traits, self._rng)
        unit = 1 if traits.integral else 1e-3
        away = np.abs(drawn - drawn.min()) + unit
        just = np.full_like(away, 1) if traits.integral else 0.3 * away / away.max()
        signs = self._rng.choice([-1, 1], size=values.shape)
        moved = {
            "above": away,
            "just above": just,
            "equal to": 0 * away,
            "just below": -just,
            "below": -away,
            "around": signs * away,
        }[self._side]
        found = self._constant + moved
        if traits.not_negative and found.min() < 0:
            return values
        return in_order(found.astype(values.dtype), traits)

    def _number(self, value: float) -> float:
        return value


class ZerosAndSigns(OtherValues):
    """Zeros among the floating-point values, and both signs."""

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values with zeros and of either sign."""
        if traits.integral or values.dtype == bool or values.size == 0:
            return values
        drawn = values * self._rng.choice([-1.0, 1.0], size=values.shape)
        zeros = self._rng.random(values.shape) < 0.25
        return in_order(np.where(zeros, 0.0, drawn), traits)

    def _number(self, value: float) -> float:
        return value


class Larger(OtherValues):
    """Floating-point values three times as large."""

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return the values, scaled."""
        return values if traits.integral or values.dtype == bool else values * 3

    def _number(self, value: float) -> float:
        return value


class BreakOne(OtherValues):
    """Redraw one leaf without one of its traits: unsorted, with duplicates.

    Args:
        path: The leaf.
        traits: What of its traits is kept.
    """

    def __init__(self, seed: int, path: str, traits: Traits) -> None:
        super().__init__(seed, ())
        self._path, self._traits = path, traits

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401
        """Return other values for the one leaf."""
        values = values_of(value)
        if path != self._path or values is None:
            return value
        return like(value, redraw(values, self._traits, self._rng))


class Rows(Change):
    """Draw whole rows anew, the same rows of everything that has as many.

    What holds within a row, and between rows of several tensors, still holds.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        count: Number of rows of what is changed.
        traits: Of the leaves, by path.
    """

    def __init__(
        self, seed: int, keep: Collection[str], count: int, traits: Mapping[str, Traits]
    ) -> None:
        self._keep, self._count, self._traits = keep, count, traits
        rng = np.random.default_rng(seed)
        rows = rng.integers(0, count, size=count)
        if any(t.distinct or t.permutation for t in traits.values()):
            rows = rng.permutation(count)
        if any(t.ascending or t.descending or t.offsets for t in traits.values()):
            rows = np.sort(rows)
        self._rows = rows

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401
        """Return the drawn rows of a tensor, the drawn items of a list of numbers."""
        if is_kept(path, self._keep) or self._traits.get(path, Traits()).offsets:
            return value
        match value:
            case torch.Tensor() if value.ndim and len(value) == self._count:
                return value[torch.from_numpy(self._rows).to(value.device)]
            case np.ndarray() if value.ndim and len(value) == self._count:
                return value[self._rows]
            case list() if len(value) == self._count:
                return [value[n] for n in self._rows]
        return value

    def picks(self, path: str, items: Sequence[object]) -> Sequence[int] | None:
        """Return the drawn rows of a list."""
        if is_kept(path, self._keep) or len(items) != self._count or isinstance(items, torch.Size):
            return None
        return [int(n) for n in self._rows]


def _both_signs(constants: Sequence[float]) -> tuple[float, ...]:
    return tuple(sorted({*constants, *(-c for c in constants)}))


def _within(values: Values, constant: float) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size) and bool(finite.min() <= constant <= finite.max())


def _fits(traits: Traits, constant: float) -> bool:
    whole = not traits.integral or float(constant).is_integer()
    return whole and not (traits.not_negative and constant < 0)


def is_kept(path: str, keep: Collection[str]) -> bool:
    """Whether a path, or the name that it begins with, is among those that stay."""
    return path in keep or root_of(path) in keep
