"""What holds of the values of one tensor, and is too regular to be chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopscope.verify.inputs.numbers import Values

_CHANCE = 0.005


@dataclass(frozen=True, slots=True)
class Traits:
    """What other values of the same kind keep.

    Attributes:
        integral: Whole numbers, whatever their dtype.
        ascending: Each row (or the values, in one dimension) never falls.
        descending: Each row never rises.
        distinct: No value twice, in one dimension; what is sorted and without duplicates is a
            table of keys.
        permutation: The numbers 0 to n-1, each once.
        in_steps: Whole numbers that never fall and never skip one: segment after segment.
        offsets: Whole numbers that begin with 0 and never fall: where segments begin and end.
        not_negative: No value below zero.
        positive: All values above zero.
        at_most_one: All values between zero and one.
        rows_sum_to_one: Probabilities.
        rows_of_length_one: Unit vectors.
        symmetric: Square matrices equal to their transposes.
    """

    integral: bool = False
    ascending: bool = False
    descending: bool = False
    distinct: bool = False
    permutation: bool = False
    in_steps: bool = False
    offsets: bool = False
    not_negative: bool = False
    positive: bool = False
    at_most_one: bool = False
    rows_sum_to_one: bool = False
    rows_of_length_one: bool = False
    symmetric: bool = False


def traits_of(values: Values) -> Traits:
    """Look at values. A trait that a random tensor might well have is not one."""
    if values.size == 0 or values.dtype == bool:
        return Traits(integral=values.dtype == bool)
    finite = np.isfinite(values)
    integral = is_integral(values)
    many = values.size >= 8
    low = float(values[finite].min()) if finite.any() else 0.0
    high = float(values[finite].max()) if finite.any() else 0.0
    one_row = values.ndim == 1
    inner = values if not one_row else values[None]
    distinct = one_row and len(np.unique(values)) == len(values)
    sure_order = _orders(inner)
    ascending = sure_order and bool((inner[..., 1:] >= inner[..., :-1]).all())
    in_steps = ascending and integral and bool((inner[..., 1:] - inner[..., :-1] <= 1).all())
    permutation = (
        distinct and integral and low == 0 and high == len(values) - 1 and len(values) >= 7
    )
    return Traits(
        integral=integral,
        ascending=ascending,
        descending=sure_order and bool((inner[..., 1:] <= inner[..., :-1]).all()),
        distinct=distinct
        and integral
        and (ascending or _surely_distinct(len(values), high - low + 1)),
        permutation=permutation,
        in_steps=in_steps,
        offsets=one_row
        and integral
        and not in_steps
        and _begins_with_zero_and_never_falls(values),
        not_negative=low >= 0 and (many or integral),
        positive=low > 0 and many and not integral,
        at_most_one=low >= 0 and high <= 1 and many and not integral,
        **_rows(values, integral=integral),
    )


def is_integral(values: Values) -> bool:
    """Whether values are whole numbers, and not too few floats for that to be no chance."""
    if values.dtype.kind == "i":
        return values.size > 0
    finite = np.isfinite(values).all()
    return values.size > 3 and bool(finite and (values == np.floor(values)).all())


def _orders(rows: Values) -> bool:
    """Whether it would be no chance if every row were in order."""
    if rows.ndim < 1 or rows.shape[-1] < 2:
        return False
    chance = 1.0
    for row in rows.reshape(-1, rows.shape[-1])[:64]:
        changes = int((np.diff(row) != 0).sum())
        chance /= float(np.prod(np.arange(1.0, min(changes, 20) + 2)))
    return chance < _CHANCE


def _begins_with_zero_and_never_falls(values: Values) -> bool:
    steps = np.diff(values)
    return values[0] == 0 and len(values) > 3 and values[-1] > 0 and bool((steps >= 0).all())


def _surely_distinct(count: int, span: float) -> bool:
    return bool(np.exp(-count * (count - 1) / (2 * max(span, 1))) < _CHANCE)


def _rows(values: Values, *, integral: bool) -> dict[str, bool]:
    if values.ndim < 2 or values.size < 4 or not np.isfinite(values).all():
        return {}
    tolerance = 1e-4
    width = values.shape[-1]
    square = values.shape[-2] == width >= 2
    plain = values.astype(np.float64)
    swapped = np.swapaxes(plain, -1, -2)
    return {
        "rows_sum_to_one": width > 1 and bool(np.allclose(plain.sum(-1), 1, atol=tolerance)),
        "rows_of_length_one": not integral
        and width > 1
        and bool(np.allclose((plain**2).sum(-1), 1, atol=tolerance)),
        "symmetric": square and bool(np.allclose(plain, swapped, atol=tolerance)),
    }
