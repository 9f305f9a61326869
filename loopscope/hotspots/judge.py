"""What a loop is for, and why it is slow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loopscope.model.hotspot import Role, Symptom

SMALL_OP_NS = 100_000
HEAVY_ITERATION_NS = 3_000_000
TINY_KERNEL_NS = 10_000
PER_ITERATION = 0.9
MIN_OP_SHARE = 0.03  # of the loop's time, both with the profiler's own cost


@dataclass(frozen=True, slots=True)
class Judgement:
    """A loop's role and symptoms."""

    role: Role
    symptoms: frozenset[Symptom]


def judge(
    *,
    counts: Mapping[str, int],
    annotations: frozenset[str],
    iterations: int,
    nested_iterations: int,
    num_ops: int,
    op_ns: float,
    op_share: float,
    wall_ns: float,
    kernels: int,
    kernel_ns: float,
) -> Judgement:
    """Judge one loop by its ops and by the annotations that began in it.

    ``nested_iterations`` counts those of the loops inside as well: an iteration is heavy by the
    work of its innermost loops.
    """
    role = _role(annotations)
    if role is not Role.BODY or not num_ops or not iterations:
        return Judgement(role, frozenset())
    symptoms = set()
    small = op_ns / num_ops < SMALL_OP_NS and op_ns / nested_iterations < HEAVY_ITERATION_NS
    if small and num_ops >= iterations * PER_ITERATION and op_share >= MIN_OP_SHARE:
        symptoms.add(Symptom.DISPATCH)
    if kernels >= iterations and kernel_ns / kernels < TINY_KERNEL_NS and kernel_ns < wall_ns / 2:
        symptoms.add(Symptom.LAUNCH)
    per_iteration = {name for name, n in counts.items() if n >= iterations * PER_ITERATION}
    if small and per_iteration & {"aten::item", "aten::_local_scalar_dense", "aten::is_nonzero"}:
        symptoms.add(Symptom.SYNC)
    if per_iteration & {"aten::cat"} and small:
        symptoms.add(Symptom.GROWING_CAT)
    return Judgement(role, frozenset(symptoms))


def _role(annotations: frozenset[str]) -> Role:
    if any(name.startswith(("Optimizer.", "ProfilerStep#")) for name in annotations):
        return Role.TRAINING
    if any("DataLoader" in name for name in annotations):
        return Role.DATA_LOADING
    return Role.BODY
