"""Other values of the same kind as observed ones."""

from __future__ import annotations

import numpy as np

from loopscope.verify.inputs.numbers import Values
from loopscope.verify.inputs.traits import Traits, traits_of

_COLUMNS = 32
_FEWEST_BESIDE_MARKER = 3


def redraw(values: Values, traits: Traits, rng: np.random.Generator) -> Values:
    """Return values of the same shape, range and traits."""
    if values.size == 0:
        return values
    if values.dtype == bool:
        share = min(max(float(values.mean()), 0.2), 0.8)
        return np.asarray(rng.random(values.shape) < share)
    if traits.permutation:
        return rng.permutation(len(values))
    if traits.offsets:
        lengths = rng.permutation(np.diff(values))
        if not traits.distinct:  # some segments may be empty
            moved = rng.integers(0, lengths + 1)
            lengths = lengths - moved + rng.permutation(moved)
        return np.concatenate([[0], lengths.cumsum()])
    drawn = _integers(values, traits, rng) if traits.integral else _floats(values, traits, rng)
    return in_order(drawn, traits).astype(values.dtype)


def in_order(values: Values, traits: Traits) -> Values:
    """Return values sorted where they should be."""
    if traits.ascending:
        return np.sort(values, axis=-1)
    if traits.descending:
        return -np.sort(-values, axis=-1)
    return values


def _integers(values: Values, traits: Traits, rng: np.random.Generator) -> Values:
    low, high = int(values.min()), int(values.max())
    if traits.ascending and (traits.in_steps or traits.distinct):
        steps = rng.permuted(np.diff(values, axis=-1), axis=-1)
        return np.concatenate([values[..., :1], values[..., :1] + steps.cumsum(-1)], axis=-1)
    if traits.distinct:
        return rng.choice(high - low + 1, size=len(values), replace=False) + low
    marker = _marker(values)
    if marker is not None:
        rest = values[values != marker]
        drawn = rng.integers(rest.min(), rest.max(), size=values.shape, endpoint=True)
        return np.where(rng.permuted(values == marker), marker, drawn)
    return rng.integers(low, high, size=values.shape, endpoint=True)


def _marker(values: Values) -> int | None:
    """Return the one number that stands far from all others: 255 among classes, -100."""
    seen = np.unique(values)
    if len(seen) < _FEWEST_BESIDE_MARKER + 1:
        return None
    for end, rest in ((seen[0], seen[1:]), (seen[-1], seen[:-1])):
        apart = min(abs(int(end) - int(rest[0])), abs(int(end) - int(rest[-1])))
        if apart > int(rest[-1]) - int(rest[0]) + 1:
            return int(end)
    return None


def _floats(values: Values, traits: Traits, rng: np.random.Generator) -> Values:
    if traits.symmetric:
        # Keeps what is positive definite so: D A D.
        factors = np.exp(rng.normal(0, 0.2, values.shape[:-1]))
        return values * factors[..., None] * factors[..., None, :]
    finite = values[np.isfinite(values)]
    spread = float(finite.std()) if finite.size > 1 else 0.0
    spread = spread or (abs(float(finite.flat[0])) if finite.size else 0.0) or 1.0
    drawn = rng.choice(values.ravel(), size=values.shape)
    drawn = drawn + rng.normal(0, 0.3 * spread, values.shape)
    if finite.size and finite.min() < finite.max():
        drawn = _into_range(drawn, float(finite.min()), float(finite.max()))
    elif traits.positive:
        drawn = np.abs(drawn) + 0.1 * spread
    if traits.rows_sum_to_one:
        drawn = drawn / drawn.sum(-1, keepdims=True)
    if traits.rows_of_length_one:
        drawn = drawn / np.sqrt((drawn**2).sum(-1, keepdims=True))
    return drawn


def _into_range(values: Values, low: float, high: float) -> Values:
    """Reflect values at the ends of a range: coordinates stay inside their image."""
    folded = np.abs(np.mod(values - low, 2 * (high - low)))
    return low + np.where(folded > high - low, 2 * (high - low) - folded, folded)


def has_whole_columns(values: Values, traits: Traits) -> bool:
    """Whether a table of floats has columns of whole numbers: an owner, a class."""
    if values.ndim != 2 or traits.integral or values.shape[1] > _COLUMNS or len(values) < 4:
        return False
    return any(traits_of(values[:, n]).integral for n in range(values.shape[1]))
