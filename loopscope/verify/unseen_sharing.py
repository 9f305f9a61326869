"""Writes through memory that a loop also reads under another name, where too little shows them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import torch

from loopscope.verify.case import Case
from loopscope.verify.memory_layout import extent
from loopscope.verify.replay import Limits, replay
from loopscope.verify.scene import Scene
from loopscope.verify.tally import StopError
from loopscope.verify.trial import Input

_FEWEST_ITERATIONS = 8  # of two, a loop that reads what it wrote may look like one that does not


def refuse_unseen_sharing(case: Case, observed: Input, given: Input, iterations: int) -> None:
    """Refuse a loop that writes to memory which another tensor shares, unless it ran as observed.

    Other inputs do not share memory once sizes change, so what was observed has to tell.

    Args:
        case: The verification.
        observed: The input that the user's program had.
        given: What of it was run.
        iterations: How many it took.

    Raises:
        StopError: It does.
    """
    if given is observed and iterations >= _FEWEST_ITERATIONS:
        return
    trial = case.trial
    pairs = list(_overlapping(_tensors(trial.copy(observed)), iterations))
    if not pairs:
        return
    scene = trial.scene(given)
    tensors = _tensors(scene)
    before = {path: tensor._version for path, tensor in tensors.items()}
    limits = Limits(given.ticks, trial.deadline_ns, trial.clock)
    replay(trial.loop, scene, limits, grad_enabled=False)
    # A name that is bound to another tensor writes to nothing.
    written = {path for path, tensor in tensors.items() if before[path] != tensor._version}
    for one, other in pairs:
        if one in written or other in written:
            why = f"`{one}` and `{other}` share memory, too few iterations were run to see how"
            raise StopError("unverified", why)


def _overlapping(
    tensors: Mapping[str, torch.Tensor], iterations: int
) -> Iterator[tuple[str, str]]:
    """Yield the paths of tensors that lie over each other, neighbours in memory alone.

    Of a single row each, those of one memory: with two rows they may.
    """
    placed = sorted((*extent(t), path) for path, t in tensors.items() if t.numel())
    for (storage, _, end, one), (again, begin, _, other) in itertools.pairwise(placed):
        if storage == again and (begin < end or iterations == 1):
            yield one, other


def _tensors(scene: Scene) -> dict[str, torch.Tensor]:
    """Tensors by path and by name: one that has two names is there twice."""
    found = {**scene.objects, **scene.names}
    return {path: value for path, value in found.items() if isinstance(value, torch.Tensor)}
