"""Tensors and arrays as stretches of memory, read without a single op."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from loopscope.model.snapshot import FrozenArray, FrozenStorage, FrozenTensor, Live, Unkept

TOO_LARGE = "too large"


@dataclass(slots=True)
class _Stretch:
    """The part of one storage that is wanted: from its lowest byte to its highest."""

    low: int
    high: int
    device: str
    copied: bool
    cost: int
    tensors: list[torch.Tensor] = field(default_factory=list)
    has_array: bool = False

    @property
    def strong(self) -> bool:
        """Whether its tensors are kept alive: it is on a device, and small."""
        return not self.copied and self.cost > 0


class MemoryBook:
    """What to copy of which storage, within ``left`` bytes; nothing is copied before ``copy``.

    A torch profiler may be running: ``detach`` or ``clone`` would be ops on the user's trace. So
    tensors are described through attributes that are no ops, and their bytes read at their
    address.
    """

    def __init__(self, left: int) -> None:
        self.left = left
        self._limited = False
        self._stretches: dict[tuple[str, int], _Stretch] = {}
        self._verdicts: dict[int, str] = {}
        self._dtypes: dict[torch.dtype, tuple[str, int]] = {}

    def tensor(self, value: torch.Tensor, keep: Callable[[object], int]) -> FrozenTensor | Unkept:
        """Describe a tensor of exact type ``Tensor`` or ``Parameter``; its ``.grad`` is kept."""
        reason = self._refusal(value)
        if reason:
            return Unkept(reason)
        dtype, itemsize = self._dtype(value.dtype)
        shape, stride = tuple(value.shape), value.stride()
        leaf, needs_grad = value.is_leaf, value.requires_grad
        device = "cpu" if value.is_cpu else str(value.device)
        span = _span(shape, stride) * itemsize
        address = value.data_ptr() if span else 0
        if span:
            size = value.untyped_storage().nbytes()
            offset = value.storage_offset() * itemsize
            # FSDP, for one, frees the memory of parameters that it does not need just now.
            if not address or size < offset + span:
                return Unkept("a tensor whose memory is freed")
            if not self._claim(address - offset, address, span, device, value, size):
                return Unkept(TOO_LARGE)
        grad = value.grad if leaf and needs_grad else None
        return FrozenTensor(
            address=address,
            device=device,
            dtype=dtype,
            itemsize=itemsize,
            shape=shape,
            stride=stride,
            requires_grad=needs_grad,
            is_leaf=leaf,
            parameter=type(value) is torch.nn.Parameter,
            inference=value.is_inference(),
            base=None,
            grad=None if grad is None else keep(grad),
        )

    def array(self, value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> object:
        """Describe an array of exact type ``numpy.ndarray``."""
        if value.dtype.hasobject:
            return Unkept("an array of Python objects")
        address = value.__array_interface__["data"][0]
        steps = [(n - 1) * s for n, s in zip(value.shape, value.strides, strict=True)]
        if value.nbytes:
            low = address + sum(s for s in steps if s < 0)
            high = address + sum(s for s in steps if s > 0) + value.itemsize
            owner = value
            while type(owner.base) is np.ndarray:
                owner = owner.base
            start = owner.__array_interface__["data"][0]
            if not self._claim(start, low, high - low, "cpu", None, high - low):
                return Unkept(TOO_LARGE)
        return FrozenArray(
            address=address if value.nbytes else 0,
            dtype=value.dtype,
            shape=value.shape,
            strides=value.strides,
            writeable=value.flags.writeable,
        )

    @property
    def num_stretches(self) -> int:
        """How many storages are wanted so far."""
        return len(self._stretches)

    @property
    def spent(self) -> int:
        """Bytes that will be copied or kept alive."""
        return sum(stretch.cost for stretch in self._stretches.values())

    def limit(self, left: int) -> None:
        """Go on with values that matter less: within ``left`` bytes, and at no other's cost."""
        self.left = min(self.left, left)
        self._limited = True

    def forget(self, count: int) -> None:
        """Drop all but the first ``count`` storages."""
        while len(self._stretches) > count:
            stretch = self._stretches.popitem()[1]
            self.left += stretch.cost

    def copy(self) -> tuple[FrozenStorage, ...]:
        """Copy what is wanted, each byte once; sorted by device and address."""
        ordered = sorted(self._stretches.values(), key=lambda s: (s.device, s.low))
        merged: list[_Stretch] = []
        for stretch in ordered:
            last = merged[-1] if merged else None
            if last is None or last.device != stretch.device or last.high <= stretch.low:
                merged.append(stretch)
            elif last.copied and stretch.copied:  # an array on a tensor's memory
                last.high = max(last.high, stretch.high)
            elif last.copied:
                continue  # one part copied, one not: who reads the latter finds nothing
            else:
                merged[-1] = stretch
        return tuple(
            FrozenStorage(
                address=s.low,
                nbytes=s.high - s.low,
                device=s.device,
                data=ctypes.string_at(s.low, s.high - s.low) if s.copied else None,
                live=() if s.copied else tuple(_live(t, strong=s.strong) for t in s.tensors),
            )
            for s in merged
        )

    def _claim(
        self, start: int, low: int, span: int, device: str, tensor: torch.Tensor | None, size: int
    ) -> bool:
        """Add bytes of the storage at ``start`` to what is wanted; false if there is no room.

        Where there is none, a storage that only tensors use stays where it is: arrays have no
        version to tell whether they were written to since.
        """
        high = low + span
        stretch = self._stretches.get((device, start))
        if stretch is None:
            copied = device == "cpu" and span <= self.left
            if not copied and tensor is None:
                return False
            cost = span if copied else size if device != "cpu" and size <= self.left else 0
            stretch = self._stretches[device, start] = _Stretch(low, high, device, copied, cost)
            self.left -= cost
        elif stretch.copied:
            more = max(high, stretch.high) - min(low, stretch.low) - stretch.cost
            if more > self.left:
                if tensor is None or stretch.has_array or self._limited:
                    return False
                stretch.copied, more = False, -stretch.cost
            stretch.cost += more
            self.left -= more
        elif tensor is None:
            return False
        stretch.low, stretch.high = min(low, stretch.low), max(high, stretch.high)
        if tensor is None:
            stretch.has_array = True
        else:
            stretch.tensors.append(tensor)
        return True

    def _refusal(self, value: torch.Tensor) -> str:
        """Why a tensor cannot be kept; empty if it can: a plain strided one on a real device."""
        keys = torch._C._dispatch_keys(value)
        known = self._verdicts.get(keys.raw_repr())
        if known is None:
            known = self._verdicts[keys.raw_repr()] = _judge_keys(str(keys))
        return known

    def _dtype(self, dtype: torch.dtype) -> tuple[str, int]:
        known = self._dtypes.get(dtype)
        if known is None:
            name = str(dtype).removeprefix("torch.")
            known = self._dtypes[dtype] = (name, dtype.itemsize)
        return known


@dataclass(frozen=True, slots=True)
class _Kept:
    """A strong reference that is called like a weak one."""

    tensor: object

    def __call__(self) -> object:
        return self.tensor


def _live(tensor: torch.Tensor, *, strong: bool) -> Live:
    return Live(
        tensor=_Kept(tensor) if strong else weakref.ref(tensor),
        version=None if tensor.is_inference() else tensor._version,
        address=tensor.data_ptr(),
    )


def _span(shape: tuple[int, ...], stride: tuple[int, ...]) -> int:
    """Elements from the first to the last in memory."""
    if 0 in shape:
        return 0
    last = 0
    for size, step in zip(shape, stride, strict=True):
        last += (size - 1) * step
    return last + 1


def _judge_keys(keys: str) -> str:
    """Judge a tensor by its dispatch keys: all that makes a tensor special is one of them."""
    backend, *names = keys.partition("(")[2].rstrip(")").split(", ")
    plain = {"ADInplaceOrView", f"Autograd{backend}", f"Autocast{backend}"}
    if backend.startswith(("Meta", "Sparse", "Quantized", "Nested", "Mkldnn")):
        return f"a tensor with {backend}"
    special = [name for name in names if name not in plain]
    return f"a tensor with {special[0]}" if special else ""
