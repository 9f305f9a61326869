"""Copies of tensors that share memory as their originals do."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable

import torch

from loopscope.verify.within import tensors_within


class SharedMemory:
    """Copy tensors so that two that overlapped overlap again.

    Args:
        change: What to make of memory that several tensors share, as a flat tensor.
    """

    def __init__(self, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._change = change
        self._members: dict[int, list[torch.Tensor]] = collections.defaultdict(list)
        self._flat: dict[int, tuple[torch.Tensor, int]] = {}

    def note(self, values: Iterable[object]) -> None:
        """Look at everything that is going to be copied."""
        for tensor in tensors_within(values):
            if tensor.numel():
                self._members[_memory(tensor)].append(tensor)

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether another tensor shares this one's memory."""
        members = self._members.get(_memory(tensor), ()) if tensor.numel() else ()
        return len(members) > 1 and len({t.dtype for t in members}) == 1

    def copy(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return a copy without history."""
        plain = tensor.detach()
        if not self.holds(tensor):
            return self._change(plain.clone())
        key = _memory(tensor)
        if key not in self._flat:
            members = [t.detach() for t in self._members[key]]
            first = min(t.storage_offset() for t in members)
            last = max(_end(t) for t in members)
            stretch = plain.as_strided((last - first,), (1,), first).clone()
            self._flat[key] = (self._change(stretch), first)
        flat, first = self._flat[key]
        return flat.as_strided(plain.shape, plain.stride(), plain.storage_offset() - first)


def extent(tensor: torch.Tensor) -> tuple[int, int, int]:
    """Return where a tensor's memory begins, and its first element and the end within it."""
    return _memory(tensor), int(tensor.storage_offset()), _end(tensor)


def offsets(tensor: torch.Tensor) -> torch.Tensor:
    """Return where in its memory each element of a tensor lies, in the tensor's order."""
    _, first, end = extent(tensor)
    places = torch.arange(first, end, device=tensor.device)
    return places.as_strided(tensor.shape, tensor.stride(), 0).flatten()


def _memory(tensor: torch.Tensor) -> int:
    return int(tensor.untyped_storage().data_ptr())


def _end(tensor: torch.Tensor) -> int:
    steps = sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride(), strict=True))
    return int(tensor.storage_offset() + steps + 1)
