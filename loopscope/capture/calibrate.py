"""What the profiler itself costs per recorded op."""

from __future__ import annotations

import time
from functools import cache

import torch

NUM_OPS = 100  # some tenths of a millisecond: most rounds fit between two switches of task
ROUNDS = 12


@cache
def overhead_per_op_ns() -> float | None:
    """Return the profiler's own cost per op in nanoseconds: an estimate, measured once.

    The same small op runs with and without a profiler of its own, outside of any window; the
    best round of each is compared. ``None`` where that cannot be done.
    """
    try:
        with torch.no_grad():
            return _measure()
    except RuntimeError:
        return None


def _measure() -> float:
    x = torch.zeros(4)
    plain = min(_run(x) for _ in range(ROUNDS))
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]):
        profiled = min(_run(x) for _ in range(ROUNDS))
    return max(0.0, (profiled - plain) / NUM_OPS)


def _run(x: torch.Tensor) -> int:
    start = time.perf_counter_ns()
    for _ in range(NUM_OPS):
        torch.neg(x)
    return time.perf_counter_ns() - start
