"""Results of a rewrite that lie differently in memory: shared with an input, not contiguous."""

from __future__ import annotations

from collections.abc import Collection

import torch

from loopscope.verify.replay import Ending
from loopscope.verify.within import tensors_within


def needs_copies(loop: Ending, rewrite: Ending, live: Collection[str]) -> dict[str, str]:
    """Return the names whose value shares memory where after the loop it does not, and with what.

    Writing to such a result would change an input.
    """
    found: dict[str, str] = {}
    for name in live:
        if name not in loop.scene.names or name not in rewrite.scene.names:
            continue
        ours, theirs = (list(tensors_within([e.scene.names[name]])) for e in (rewrite, loop))
        given = [
            (path, o) for path, o in rewrite.scene.objects.items() if isinstance(o, torch.Tensor)
        ]
        itself = {id(o) for _, o in given}
        if all(id(t) in itself for t in ours):
            continue
        as_many = len(theirs) >= len(ours)  # or the loop has one object several times
        if as_many and _overlap_each_other(ours) and not _overlap_each_other(theirs):
            found[name] = f"items of `{name}` share memory, after the loop they do not"
            continue
        shared = _shares(ours, given)
        before = {p: o for p, o in loop.scene.objects.items() if isinstance(o, torch.Tensor)}
        if shared and not _shares(theirs, list(before.items())):
            found[name] = f"`{name}` shares memory with `{shared}`, after the loop it does not"
    return found


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


def _shares(tensors: list[torch.Tensor], given: list[tuple[str, torch.Tensor]]) -> str:
    """Return the path of a given tensor that one of the tensors shares memory with."""
    for tensor in tensors:
        for path, other in given:
            if tensor is not other and _overlap(tensor, other):
                return path
    return ""


def _overlap_each_other(tensors: list[torch.Tensor]) -> bool:
    """Whether two of several tensors begin at the same place, so that one's change is another's."""
    starts = [t.data_ptr() for t in tensors if t.numel()]
    return len(starts) > len(set(starts))


def _overlap(a: torch.Tensor, b: torch.Tensor) -> bool:
    if not a.numel() or not b.numel():
        return False
    same = a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
    return bool(same and a.device == b.device)
