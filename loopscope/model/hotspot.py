"""What a loop cost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from loopscope.model.recording import LoopSite


class Symptom(Enum):
    """Why a loop is slow, as the trace shows it."""

    DISPATCH = "many small ops for little work"
    LAUNCH = "tiny kernels with the GPU idle between them"
    SYNC = "a device-to-host synchronization in every iteration"
    COPY = "a small host-to-device copy in every iteration"
    GROWING_CAT = "a tensor that grows by concatenation"


class Role(Enum):
    """What a loop is for. Only a ``BODY`` can be a hotspot."""

    BODY = "computes"
    TRAINING = "drives training steps"
    DATA_LOADING = "iterates a DataLoader"
    LAYERS = "walks over distinct layers"


@dataclass(frozen=True, slots=True)
class LoopCost:
    """One loop of the window with all that ran in it, its calls included.

    Attributes:
        site: The loop.
        parent: Index, in the same sequence, of the loop that ran around it most; or -1.
        entries: Times the loop was entered.
        iterations: Iterations over all entries.
        ops: Ops called from Python in the loop (top-level ones: not those that an op calls).
        op_counts: How often each op was called, most first; names as in the trace
            (``aten::add``). Top-level ops only.
        kernels: Device kernels launched.
        wall_ns: Time in the loop, by the clock.
        overhead_ns: Part of ``wall_ns`` that the profiler itself took (estimate).
        forward_ns: ``wall_ns`` without ``overhead_ns``.
        backward_ns: Time of the backward ops of the loop's forward ops, overhead taken off.
        share: Total cost / the window without the profiler's own cost, 0 to 1.
        gpu_idle_ns: Device time idle while the loop ran; ``None`` on CPU-only traces.
        symptoms: Empty where the loop is not slow for a reason we know.
        role: What the loop is for.
        hot: Worth reporting: a ``BODY`` with a symptom, above the settings' thresholds.
    """

    site: LoopSite
    parent: int
    entries: int
    iterations: int
    ops: int
    op_counts: tuple[tuple[str, int], ...]
    kernels: int
    wall_ns: int
    overhead_ns: int
    forward_ns: int
    backward_ns: int
    share: float
    gpu_idle_ns: int | None
    symptoms: frozenset[Symptom]
    role: Role
    hot: bool

    @property
    def total_ns(self) -> int:
        """Forward and backward together."""
        return self.forward_ns + self.backward_ns
