"""Inputs of the observed sizes with other values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import Change, root_of
from loopscope.verify.inputs.numbers import Values, like, values_of
from loopscope.verify.inputs.redraw import has_whole_columns, in_order, redraw
from loopscope.verify.inputs.traits import Traits, traits_of

_MOST_DECIMALS = 4.0
_COUNTS = (torch.int8, torch.int16, torch.int32, torch.int64)


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


class Decimals(OtherValues):
    """Floating-point values of one decimal, up to 1 at least: in float64 few are just that."""

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return other values, of either sign where there are some below zero."""
        finite = values[np.isfinite(values)]
        if values.dtype.kind != "f" or traits.integral or not finite.size:
            return values
        high = max(1.0, min(float(np.abs(finite).max()), _MOST_DECIMALS))
        drawn = self._rng.integers(1, int(10 * high), size=values.shape, endpoint=True) / 10
        signs = self._rng.choice([-1, 1], size=values.shape) if finite.min() < 0 else 1
        return in_order(drawn * signs, traits)

    def _number(self, value: float) -> float:
        return value


class Larger(OtherValues):
    """Floating-point values three times as large, whole numbers too.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are, and paths.
        sign: Which all of those get that are of both signs; 0 for their own.
    """

    def __init__(self, seed: int, keep: Collection[str], sign: int = 0) -> None:
        super().__init__(seed, keep)
        self._sign = sign

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return the values, scaled."""
        if values.dtype.kind != "f":
            return values
        both = values.size and values.min() < 0 < values.max()
        return (np.abs(values) * self._sign if self._sign and both else values) * 3

    def _number(self, value: float) -> float:
        return value


class Scaled(Change):
    """Another change, and floating-point tensors many times as large or of the other sign.

    Args:
        first: The other change.
        factor: What tensors are multiplied by.
        more: What is added to tensors of integers.
    """

    def __init__(self, first: Change, factor: float, more: int = 0) -> None:
        self._first, self._factor, self._more = first, factor, more

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return the changed leaf, scaled."""
        changed = self._first.leaf(path, value)
        if isinstance(changed, torch.Tensor) and changed.is_floating_point():
            return changed * self._factor
        if self._more and isinstance(changed, torch.Tensor) and changed.dtype in _COUNTS:
            return changed + self._more
        return changed

    def memory(self, flat: torch.Tensor) -> torch.Tensor:
        """Return what the other change makes of shared memory."""
        return self._first.memory(flat)

    def picks(self, path: str, items: Sequence[object]) -> Sequence[int] | None:
        """Return what the other change picks."""
        return self._first.picks(path, items)


class NotFinite(OtherValues):
    """Some floating-point values that are no number, or infinite.

    Args:
        seed: Draws are the same for the same seed.
        keep: Names that stay as they are.
        value: What to put there.
        share: How many of the values, from 0 to 1; of the rows where the seed is even.
    """

    def __init__(self, seed: int, keep: Collection[str], value: float, share: float) -> None:
        super().__init__(seed, keep)
        self._value, self._share, self._by_row = value, share, seed % 2 == 0

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values with it among them."""
        if values.dtype.kind != "f":
            return values
        shape = values.shape
        if self._by_row:  # so that whatever the loop takes of an item is hit
            shape = (*shape[:1], *(1 for _ in shape[1:]))
        return np.where(self._rng.random(shape) < self._share, self._value, values)

    def _number(self, value: float) -> float:
        return value


class ColumnNotFinite(OtherValues):
    """Some values of one column of every floating-point tensor that are no number.

    A loop may look at one column of an item and leave it out if that is no number: what it takes
    of the others is seen only where they alone are none. The first row stays, it may be what all
    others are compared with.

    Args:
        seed: Draws are the same for the same seed.
        column: Its place in the last dimension; a vector is one column.
        keep: Names that stay as they are.
    """

    def __init__(self, seed: int, column: int, keep: Collection[str]) -> None:
        super().__init__(seed, keep)
        self._column = column

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values with the column's changed."""
        if values.dtype.kind != "f" or values.ndim == 0 or not values.size:
            return values
        changed = values.copy()
        column = changed[1:] if values.ndim == 1 else changed[1:, ..., self._column]
        column[self._rng.random(column.shape) < 0.5] = np.nan
        return changed

    def _number(self, value: float) -> float:
        return value


class OneRowNotFinite(OtherValues):
    """One row of every floating-point tensor that is no number.

    Args:
        row: Which one.
        count: How many there are: rows of a tensor lie along the dimension that has as many.
        keep: Names that stay as they are.
    """

    def __init__(self, row: int, count: int, keep: Collection[str]) -> None:
        super().__init__(0, keep)
        self._row, self._count = row, count

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return values with the row replaced, where there is one."""
        if values.dtype.kind != "f" or values.ndim == 0:
            return values
        dim = values.shape.index(self._count) if self._count in values.shape else 0
        changed = values.copy()
        np.moveaxis(changed, dim, 0)[self._row : self._row + 1] = np.nan
        return changed

    def _number(self, value: float) -> float:
        return value


class Masks(Change):
    """Truth values turned over, half of them where they were all the same, or made the same.

    Args:
        keep: Names that stay as they are, and paths.
        value: What all become; ``None`` turns them over.
    """

    def __init__(self, keep: Collection[str], value: bool | None) -> None:
        self._keep, self._value = keep, value
        self._rng = np.random.default_rng(27)

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return other truth values."""
        values = values_of(value)
        if values is None or values.dtype != bool or not np.ndim(values):
            return value
        if is_kept(path, self._keep):
            return value
        if self._value is not None:
            return like(value, np.full_like(values, self._value))
        mixed = values.any() and not values.all()
        return like(value, ~values if mixed else self._rng.random(values.shape) < 0.5)


class BareRow(Change):
    """A mask with nothing set in its first row: an item without any of its elements.

    Args:
        keep: Names that stay as they are, and paths.
    """

    def __init__(self, keep: Collection[str]) -> None:
        self._keep = keep

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return the mask without its first row."""
        values = values_of(value)
        if values is None or values.dtype != bool or np.ndim(values) < 2 or not len(values):
            return value
        if is_kept(path, self._keep):
            return value
        changed = values.copy()
        changed[0] = False
        return like(value, changed)


class ZeroRow(OtherValues):
    """A first row of zeros in every floating-point tensor: an item that tests turn away."""

    def change(self, path: str, values: Values, traits: Traits) -> Values:
        """Return the values without those of the first row."""
        if values.dtype.kind != "f" or values.size == 0:
            return values
        changed = values.copy()
        changed[:1] = 0
        return in_order(changed, traits)

    def _number(self, value: float) -> float:
        return value


class WithoutGradients(Change):
    """Some tensors, or all, that have no gradient.

    Args:
        seed: Draws are the same for the same seed.
        share: Of those that had one.
    """

    def __init__(self, seed: int, share: float) -> None:
        self._rng, self._share = np.random.default_rng(seed), share

    def keeps_gradient(self, path: str) -> bool:
        """Return whether it is none of them."""
        return bool(self._rng.random() >= self._share)


class OneNumber(Change):
    """Another value for one number."""

    def __init__(self, path: str, value: float) -> None:
        self._path, self._value = path, value

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return the other value for it."""
        return self._value if path == self._path else value


class BreakOne(OtherValues):
    """Redraw one leaf without one of its traits: unsorted, with duplicates.

    Args:
        path: The leaf.
        traits: What of its traits is kept.
    """

    def __init__(self, seed: int, path: str, traits: Traits) -> None:
        super().__init__(seed, ())
        self._path, self._traits = path, traits

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
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
        keep: Names that stay as they are, and paths.
        count: Number of rows of what is changed.
        in_order: Keep their order.
        once: Draw no row twice.
    """

    def __init__(
        self, seed: int, keep: Collection[str], count: int, *, in_order: bool, once: bool
    ) -> None:
        self._keep, self._count = keep, count
        rng = np.random.default_rng(seed)
        rows = rng.permutation(count) if once else rng.integers(0, count, size=count)
        self._rows = np.sort(rows) if in_order else rows

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        """Return the drawn rows of a tensor, the drawn items of a list of numbers."""
        if is_kept(path, self._keep):
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


def is_kept(path: str, keep: Collection[str]) -> bool:
    """Whether a path, or the name that it begins with, is among those that stay."""
    return path in keep or root_of(path) in keep
