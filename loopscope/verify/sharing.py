"""Results of a rewrite that lie differently in memory: shared with an input, not contiguous."""

from __future__ import annotations

import collections
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch

from loopscope.verify.replay import Ending
from loopscope.verify.within import tensors_within

_MANY = 3  # iterations


@dataclass(frozen=True, slots=True)
class Shared:
    """A result that shares memory where after the loop it does not.

    Attributes:
        reason: One line that says with what.
        paths: Of those whose change is its change: itself, and what it shares memory with.
    """

    reason: str
    paths: frozenset[str]


def needs_copies(loop: Ending, rewrite: Ending, live: Collection[str]) -> dict[str, Shared]:
    """Return the names whose value shares memory where after the loop it does not.

    Writing to such a result would change an input.
    """
    found: dict[str, Shared] = {}
    given = _by_memory(loop), _by_memory(rewrite)
    for name in live:
        if name not in loop.scene.names or name not in rewrite.scene.names:
            continue
        theirs, ours = (list(tensors_within([e.scene.names[name]])) for e in (loop, rewrite))
        if len(theirs) > len(ours):
            reason = f"items of `{name}` are one tensor, after the loop they are several"
            found[name] = Shared(reason, frozenset([name]))
            continue
        as_many = len(theirs) == len(ours)  # or the loop has one object several times
        if as_many and _overlap_each_other(ours) and not _overlap_each_other(theirs):
            reason = f"items of `{name}` share memory, after the loop they do not"
            found[name] = Shared(reason, frozenset([name]))
            continue
        more = [path for a, b in _pairs(theirs, ours) for path in _newly_shared(a, b, given)]
        if more:
            reason = f"`{name}` shares memory with `{more[0]}`, after the loop it does not"
            found[name] = Shared(reason, frozenset([name, *more]))
    return found


def lost_view(
    loop: Ending, rewrite: Ending, live: Collection[str], changed: Collection[str]
) -> str:
    """Return which result is a view of an input after the loop alone, where that matters.

    It does where later code changes one of them in place. Where there was one item, many a result
    is that item.
    """
    if loop.ticks < _MANY:
        return ""
    given = _by_memory(loop), _by_memory(rewrite)
    for name in live:
        if name not in loop.scene.names or name not in rewrite.scene.names:
            continue
        theirs, ours = (list(tensors_within([e.scene.names[name]])) for e in (loop, rewrite))
        kept = _shared(ours, given[1])
        for path in _shared(theirs, given[0]):
            if path not in kept and is_changed([name, path], changed):
                return f"`{name}` is no view of `{path}`, and later code changes one of them"
    return ""


def is_changed(paths: Collection[str], changed: Collection[str]) -> bool:
    """Whether one of the paths is, or is within, what is changed."""
    return any(
        path == name or path.startswith((f"{name}.", f"{name}["))
        for path in paths
        for name in changed
    )


def not_contiguous(loop: Ending, rewrite: Ending, live: Collection[str]) -> tuple[str, ...]:
    """Return the names whose value is contiguous after the loop and not after the rewrite."""
    found = []
    for name in live:
        if name in loop.scene.names and name in rewrite.scene.names:
            theirs, ours = (
                all(t.is_contiguous() for t in tensors_within([e.scene.names[name]]))
                for e in (loop, rewrite)
            )
            if theirs and not ours:
                found.append(name)
    return tuple(found)


def _by_memory(ending: Ending) -> dict[int, list[str]]:
    """Return where memory of what was given begins → the paths of the tensors in it."""
    found: dict[int, list[str]] = collections.defaultdict(list)
    for path, value in ending.scene.objects.items():
        if isinstance(value, torch.Tensor) and value.numel():
            found[value.untyped_storage().data_ptr()].append(path)
    return found


def _pairs(
    theirs: list[torch.Tensor], ours: list[torch.Tensor]
) -> list[tuple[list[torch.Tensor], list[torch.Tensor]]]:
    """What to compare: item by item where there are as many."""
    if len(theirs) != len(ours):
        return [(theirs, ours)]
    return [([a], [b]) for a, b in zip(theirs, ours, strict=True)]


def _newly_shared(
    theirs: list[torch.Tensor],
    ours: list[torch.Tensor],
    given: tuple[Mapping[int, list[str]], Mapping[int, list[str]]],
) -> list[str]:
    before, now = _shared(theirs, given[0]), _shared(ours, given[1])
    return [path for path in now if path not in before]


def _shared(tensors: list[torch.Tensor], given: Mapping[int, list[str]]) -> dict[str, None]:
    """Return the paths of given tensors that share memory with one of the tensors."""
    begins = {t.untyped_storage().data_ptr(): None for t in tensors if t.numel()}
    return {path: None for begin in begins for path in given.get(begin, ())}


def _overlap_each_other(tensors: list[torch.Tensor]) -> bool:
    """Whether two tensors begin at the same place, so that one's change is another's."""
    starts = [t.data_ptr() for t in tensors if t.numel()]
    return len(starts) > len(set(starts))
