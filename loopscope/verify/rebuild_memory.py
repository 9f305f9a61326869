"""The tensors and arrays of a snapshot, on memory of their own."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from loopscope.model.snapshot import FrozenArray, FrozenStorage, FrozenTensor

# As torch's own allocator: a rebuilt tensor lies as far from this boundary as the original.
_ALIGNMENT = 64


class GoneError(Exception):
    """What a snapshot only referred to is gone or has changed since."""


@dataclass(slots=True)
class _Place:
    """New memory for a stretch; what lay at ``address`` begins at byte ``offset``."""

    storage: torch.UntypedStorage
    address: int
    offset: int


class Memory:
    """Makes tensors and arrays; those that shared bytes share them again.

    Attributes:
        leaves: The tensors made so far that gradients flow to.
    """

    def __init__(self, stretches: tuple[FrozenStorage, ...]) -> None:
        self.leaves: list[torch.Tensor] = []
        self._stretches = stretches
        self._starts = [(stretch.device, stretch.address) for stretch in stretches]
        self._places: dict[int, _Place] = {}

    def tensor(self, node: FrozenTensor, base: torch.Tensor | None) -> torch.Tensor:
        """Return the tensor anew: a view of ``base`` if it was one that autograd follows.

        To be called without autograd and outside inference mode.

        Raises:
            GoneError: Its memory was not copied, and is gone or was written to since.
        """
        dtype: torch.dtype = getattr(torch, node.dtype)
        if node.nbytes == 0:
            data = torch.empty_strided(node.shape, node.stride, dtype=dtype, device=node.device)
        else:
            place, offset = self._find(node.device, node.address, node.itemsize)
            if _is_view(node, dtype, base):
                with torch.enable_grad():
                    # A view is rebuilt after its base.
                    return base.as_strided(node.shape, node.stride, offset)  # type: ignore[union-attr]
            data = torch.empty(0, dtype=dtype, device=node.device)
            data.set_(place.storage, offset, node.shape, node.stride)
        return self._with_gradient(node, data)

    def array(self, node: FrozenArray) -> npt.NDArray[Any]:
        """Return the array anew."""
        if node.address == 0:
            return np.empty(node.shape, node.dtype)
        place, _ = self._find("cpu", node.address, 1)
        raw = torch.empty(0, dtype=torch.uint8, device="cpu").set_(place.storage)
        array: npt.NDArray[Any] = np.ndarray(
            node.shape,
            node.dtype,
            # NumPy takes an array as a buffer; its stubs differ by version.
            buffer=raw.numpy(),  # type: ignore[arg-type,unused-ignore]
            offset=node.address - place.address + place.offset,
            strides=node.strides,
        )
        array.flags.writeable = node.writeable
        return array

    def _with_gradient(self, node: FrozenTensor, data: torch.Tensor) -> torch.Tensor:
        if node.parameter:
            data = torch.nn.Parameter(data, requires_grad=node.requires_grad)
        elif node.requires_grad and node.is_leaf:
            data.requires_grad_()
        if not node.requires_grad:
            return data
        if node.is_leaf:
            self.leaves.append(data)
            return data
        with torch.no_grad():
            leaf = data.clone().requires_grad_()
        self.leaves.append(leaf)
        with torch.enable_grad():
            made: torch.Tensor = _History.apply(data, leaf)
        return made

    def _find(self, device: str, address: int, itemsize: int) -> tuple[_Place, int]:
        """Return the new memory of an address, and where in it, in elements."""
        index = bisect_right(self._starts, (device, address)) - 1
        stretch = self._stretches[index] if index >= 0 else None
        if stretch is None or stretch.device != device or _end(stretch) <= address:
            raise GoneError("its memory was not copied")
        place = self._places.get(index)
        if place is None:
            place = self._places[index] = _copy(stretch)
        offset, rest = divmod(address - place.address + place.offset, itemsize)
        if rest:
            raise GoneError("its memory is not aligned")
        return place, offset


class _History(torch.autograd.Function):  # type: ignore[misc]  # untyped base
    """Give a tensor a history without moving it, so that it may be written to in place."""

    @staticmethod
    def forward(ctx: Any, data: torch.Tensor, leaf: torch.Tensor) -> torch.Tensor:  # noqa: ANN401 (of any type)
        ctx.mark_dirty(data)
        return data

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[None, torch.Tensor]:  # noqa: ANN401 (of any type)
        return None, grad


def _is_view(node: FrozenTensor, dtype: torch.dtype, base: torch.Tensor | None) -> bool:
    """Whether autograd has to know that a write to the one is a write to the other."""
    if base is None or node.parameter:
        return False
    return bool(base.dtype == dtype and base.requires_grad == node.requires_grad)


def _end(stretch: FrozenStorage) -> int:
    return stretch.address + stretch.nbytes


def _copy(stretch: FrozenStorage) -> _Place:
    pad = stretch.address % _ALIGNMENT
    storage = torch.UntypedStorage(pad + stretch.nbytes, device=stretch.device)
    if stretch.data is not None:
        ctypes.memmove(storage.data_ptr() + pad, stretch.data, stretch.nbytes)
    else:
        target = torch.empty(0, dtype=torch.uint8, device=stretch.device)
        target.set_(storage, pad, (stretch.nbytes,), (1,)).copy_(_live_bytes(stretch))
    return _Place(storage, stretch.address, pad)


def _live_bytes(stretch: FrozenStorage) -> torch.Tensor:
    """The bytes of a stretch that was not copied, if nothing was written to it since."""
    found = None
    for live in stretch.live:
        tensor: Any = live.tensor()
        if tensor is None:
            continue
        if live.version is None or tensor._version != live.version:
            raise GoneError("written to since the loop was entered, and too large to copy")
        if tensor.data_ptr() != live.address:
            raise GoneError("moved since the loop was entered, and too large to copy")
        found = tensor
    if found is None:
        raise GoneError("too large to copy, and gone since the loop was entered")
    storage = found.untyped_storage()
    raw = torch.empty(0, dtype=torch.uint8, device=stretch.device)
    return raw.set_(storage, stretch.address - storage.data_ptr(), (stretch.nbytes,), (1,))
