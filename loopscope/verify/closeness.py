"""Whether two results are the same number, given how much rounding the loop itself shows.

Both are measured against the loop in float64. A rewrite may be wrong by four times what the loop
is wrong by, or by sixteen units of rounding, whichever is more; and in float64, where rounding is
out of the way, the two must agree to eight digits: they are then the same formula. Where that was
seen, and more than 256 items may have been added up, the units are their number's square root: so
sums differ that are made in another order (Higham and Mary, A New Approach to Probabilistic
Rounding Error Analysis, SIAM J. Sci. Comput. 41(5), 2019).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

_UNITS = 16
_TIMES_THE_LOOP = 4
_SAME_FORMULA = 1e-8  # relative to the largest value; rounding in float64 is far below
_FLOAT64 = 1e-11  # the same for results that are float64 themselves
_FLOAT32 = torch.finfo(torch.float32).eps
_LOST = 1e-4  # of the largest value: a loop result that is off by more has lost its digits
_FEW_LOST = 0.1
_NOTHING = 1e-6  # of the float32 result: the smallest eigenvalue of too few points


@dataclass(frozen=True, slots=True)
class Closeness:
    """Result of one comparison.

    Attributes:
        close: The rewrite's result is as good as the loop's.
        error: Largest difference between the two.
        rounding: Where not close, they are the same in float64.
        telling: False where rounding drowns the loop's own result: agreement then proves nothing.
    """

    close: bool
    error: float
    telling: bool = True
    rounding: bool = False


def judge_closeness(
    loop: torch.Tensor,
    rewrite: torch.Tensor,
    exact: torch.Tensor | None,
    twin: torch.Tensor | None,
    shaken: Sequence[torch.Tensor] = (),
    *,
    cancels_from: float = 0.0,
    most_items: int = 0,
) -> Closeness:
    """Compare two tensors of one shape and one floating-point or complex dtype.

    Args:
        loop: What the loop gave.
        rewrite: What the rewrite gave.
        exact: What the loop gives in float64, where it can be run so.
        twin: What the rewrite gives in float64, where it can be run so.
        shaken: What the loop gives in float64 if its inputs are off by a rounding.
        cancels_from: Size of the inputs where they were made so that results cancel to nothing.
        most_items: How many numbers may have been added up to one.
    """
    if torch.equal(loop, rewrite) and (exact is None or twin is None or torch.equal(exact, twin)):
        return Closeness(True, 0.0)  # most of what a loop reads is left as it was
    loop, rewrite = _real(loop), _real(rewrite)
    eps = torch.finfo(loop.dtype).eps
    loop, rewrite = loop.double(), rewrite.double()
    same = (loop == rewrite) | (loop.isnan() & rewrite.isnan())
    if same.all() and exact is None:
        return Closeness(True, 0.0)
    error = _largest(_finite((loop - rewrite).abs()[~same]))
    if exact is None or eps < _FLOAT32:
        bound = max(_FLOAT64, 0 if exact is not None else _rounding(eps, loop)) * max(
            _scale(loop), cancels_from
        )
        close = same | ((loop - rewrite).abs() <= bound)
        return Closeness(bool(close.all()), error)
    exact = _real(exact)
    if twin is not None and _is_noise(loop, rewrite, exact, _real(twin)):
        return Closeness(True, error, telling=False)
    if twin is not None and not _same_formula(exact, _real(twin), cancels_from):
        return Closeness(False, error)
    own = [(_real(s).double() - exact.double()).abs() for s in shaken]
    seen = twin is not None and twin.dtype == exact.dtype == torch.float64
    units = _UNITS if not seen or eps > _FLOAT32 else max(_UNITS, math.sqrt(most_items))
    exact = exact.double()
    return _judge_against(exact, loop, rewrite, same, eps, units, error, cancels_from, own)


def _judge_against(
    exact: torch.Tensor,
    loop: torch.Tensor,
    rewrite: torch.Tensor,
    same: torch.Tensor,
    eps: float,
    units: float,
    error: float,
    cancels_from: float,
    own: Sequence[torch.Tensor],
) -> Closeness:
    loop_error, rewrite_error = (loop - exact).abs(), (rewrite - exact).abs()
    sound = loop_error <= max(_LOST, 64 * eps) * _scale(exact)
    noise = _largest(loop_error[sound])
    floor = max(_TIMES_THE_LOOP * noise, units * eps * max(_typical(exact), cancels_from))
    rounding = torch.clamp(units * eps * exact.abs(), min=floor)
    # Where the loop overflows, or a comparison goes the other way in float64, either is right.
    close = same | (rewrite_error <= rounding) | ((rewrite - loop).abs() <= rounding)
    for unavoidable in (loop_error, *own):
        close |= unavoidable.isfinite() & (rewrite_error <= _TIMES_THE_LOOP * unavoidable)
    telling = not same.numel() or float((same | sound).double().mean()) > 1 - _FEW_LOST
    return Closeness(bool(close.all()), error, telling, rounding=True)


def _is_noise(
    loop: torch.Tensor, rewrite: torch.Tensor, exact: torch.Tensor, twin: torch.Tensor
) -> bool:
    """Whether all that loop and rewrite give is rounding: in float64 there is nothing."""
    if not all(bool(values.isfinite().all()) for values in (loop, rewrite, exact, twin)):
        return False
    nothing = max(_scale(exact), _scale(twin)) <= _NOTHING * _scale(loop)
    return nothing and _scale(rewrite) <= _UNITS * _scale(loop)


def _same_formula(exact: torch.Tensor, twin: torch.Tensor, cancels_from: float) -> bool:
    if not twin.dtype == exact.dtype == torch.float64 or twin.shape != exact.shape:
        return True  # the code names a dtype, so it cannot be run in float64
    same = (exact == twin) | (exact.isnan() & twin.isnan())
    difference = (exact - twin).abs()[~same]
    return bool((difference <= _SAME_FORMULA * max(_scale(exact), cancels_from)).all())


def _rounding(eps: float, values: torch.Tensor) -> float:
    return _UNITS * eps * math.sqrt(max(values.numel(), 1024))


def _scale(values: torch.Tensor) -> float:
    return _largest(_finite(values.abs()))


def _typical(values: torch.Tensor) -> float:
    """Return the size that small elements may have come of by cancellation.

    That is the largest value, unless a few stand far above all others.
    """
    sizes = _finite(values.abs())
    sizes = sizes[sizes > 0]
    return min(_largest(sizes), 4 * float(sizes.median())) if sizes.numel() else 0.0


def _finite(values: torch.Tensor) -> torch.Tensor:
    return values[values.isfinite()]


def _largest(values: torch.Tensor) -> float:
    return float(values.max()) if values.numel() else 0.0


def _real(values: torch.Tensor) -> torch.Tensor:
    plain = values.detach().cpu()
    return torch.view_as_real(plain.resolve_conj()) if plain.is_complex() else plain
