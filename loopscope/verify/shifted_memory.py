"""Writes through memory that a loop also reads under another name, laid out differently."""

from __future__ import annotations

import collections
import itertools
import re
from collections.abc import Collection

import torch

from loopscope.verify.case import Case
from loopscope.verify.inputs.literals import mentioned_in
from loopscope.verify.memory_layout import extent, offsets
from loopscope.verify.purity import called_bodies
from loopscope.verify.replay import Limits, replay
from loopscope.verify.tally import StopError
from loopscope.verify.trial import Input

_IN_BRACKETS = re.compile(r"\[[^]]*\]")


def refuse_shifted_writes(case: Case, observed: Input) -> None:
    """Refuse a loop that changes what two tensors share that lie shifted over each other.

    ``near[i] = x[i, 0]`` where ``near = x[1:]``: a whole-tensor write there raises for some
    sizes and has no set order for others, and inputs of other sizes do not share memory.

    Args:
        case: The verification.
        observed: The input that the user's program had.

    Raises:
        StopError: It does.
    """
    trial = case.trial
    trees = [trial.loop.tree, *called_bodies(trial.loop.tree, observed.namespace)]
    named = mentioned_in(trees)
    scene = trial.scene(observed)
    found = {**scene.objects, **scene.names}
    tensors = {
        path: value.detach()
        for path, value in found.items()
        if isinstance(value, torch.Tensor) and value.numel() and _is_named(path, named)
    }
    by_memory = collections.defaultdict(list)
    for path, tensor in tensors.items():
        by_memory[tensor.untyped_storage().data_ptr()].append(path)
    pairs = [
        (one, other)
        for paths in by_memory.values()
        for one, other in itertools.combinations(paths, 2)
        if _lie_shifted(tensors[one], tensors[other])
    ]
    if not pairs:
        return
    before = {path: tensors[path].clone() for pair in pairs for path in pair}
    limits = Limits(observed.ticks, trial.deadline_ns, trial.clock)
    replay(trial.loop, scene, limits, grad_enabled=False)
    for one, other in pairs:
        same = torch.isclose(tensors[one], before[one], rtol=0, atol=0, equal_nan=True)
        changed = offsets(tensors[one])[~same.flatten()]
        if torch.isin(changed, offsets(tensors[other])).any():
            why = f"`{one}` and `{other}` lie shifted over each other in memory that is written"
            raise StopError("unverified", why)


def _is_named(path: str, named: Collection[str]) -> bool:
    return all(name in named for name in _IN_BRACKETS.sub("", path).split("."))


def _lie_shifted(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Of two tensors in one memory."""
    (_, begin, end), (_, start, stop) = extent(one), extent(other)
    if begin >= stop or start >= end:
        return False
    return (one.shape, one.stride(), begin) != (other.shape, other.stride(), start)
