"""How long loop and rewrite take, in turn and without a profiler."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType

import torch

from loopscope.verify.scene import Scene

_FEWEST = 3
_MOST = 20


@dataclass(frozen=True, slots=True)
class Times:
    """Best times of loop and rewrite, in nanoseconds."""

    loop_ns: int
    rewrite_ns: int

    @property
    def speedup(self) -> float:
        """How many times faster the rewrite is."""
        return self.loop_ns / max(self.rewrite_ns, 1)


def take_times(
    loop: CodeType,
    rewrite: CodeType,
    make_scene: Callable[[], Scene],
    *,
    grad_enabled: bool,
    deadline_ns: int,
    clock: Callable[[], int],
) -> Times:
    """Run both once to warm up, then in turn, at least three times while the time lasts.

    Args:
        loop: The user's loop.
        rewrite: What replaces it.
        make_scene: Makes a new scene; not timed.
        grad_enabled: As it was when the loop was entered.
        deadline_ns: When to stop, by ``clock``; one run of each is always timed.
        clock: Nanoseconds, from any beginning; what is reported is wall time.
    """
    best = {"loop": 0, "rewrite": 0}
    for turn in range(_MOST + 1):
        for name, code in (("loop", loop), ("rewrite", rewrite)):
            taken = _time(code, make_scene(), grad_enabled=grad_enabled)
            if turn < 2:  # the first run warms up; it counts where there is no time for another
                best[name] = taken
            best[name] = min(best[name], taken)
        if clock() > deadline_ns or (turn >= _FEWEST and best["loop"] > 100 * best["rewrite"]):
            break
    return Times(best["loop"], best["rewrite"])


def _time(code: CodeType, scene: Scene, *, grad_enabled: bool) -> int:
    collects = gc.isenabled()
    gc.disable()
    try:
        with torch.set_grad_enabled(grad_enabled):
            _finish_kernels()
            start_ns = time.perf_counter_ns()
            exec(code, scene.names)  # ran before, so it is known to end
            _finish_kernels()
            return time.perf_counter_ns() - start_ns
    finally:
        if collects:
            gc.enable()


def _finish_kernels() -> None:
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
