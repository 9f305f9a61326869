"""What a loop could read, kept as it was when the loop was entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType

import numpy as np


@dataclass(frozen=True, slots=True)
class Live:
    """A tensor that was not copied: usable only while it is alive and unchanged.

    Attributes:
        tensor: Returns the tensor, or ``None`` once it is gone.
        version: Its version counter when the snapshot was taken; ``None`` for inference tensors.
        address: Where its memory began.
    """

    tensor: Callable[[], object | None]
    version: int | None
    address: int


@dataclass(frozen=True, slots=True)
class FrozenStorage:
    """A stretch of memory that tensors and arrays of one snapshot share.

    Attributes:
        address: Where the stretch began; tensors find their bytes by their own address.
        nbytes: Its length.
        device: ``"cpu"``, ``"cuda:0"``.
        data: The bytes, or ``None`` where they stayed where they are: see ``live``.
        live: The tensors that keep the bytes where ``data`` is ``None``.
    """

    address: int
    nbytes: int
    device: str
    data: bytes | None
    live: tuple[Live, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenTensor:
    """A strided tensor.

    Attributes:
        address: Of its first element; 0 where it has none.
        dtype: As torch names it, without ``torch.``: ``"float32"``.
        stride: In elements.
        parameter: It is an ``nn.Parameter``.
        inference: Made under ``torch.inference_mode``.
        base: Index of the tensor that it is a differentiable view of, if that was kept as well.
        grad: Index of its ``.grad``; only leaves have one.
    """

    address: int
    device: str
    dtype: str
    itemsize: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    requires_grad: bool
    is_leaf: bool
    parameter: bool
    inference: bool
    base: int | None
    grad: int | None

    @property
    def was_non_leaf(self) -> bool:
        """Whether it had a history, which is not kept: it is rebuilt from a new leaf."""
        return self.requires_grad and not self.is_leaf

    @property
    def nbytes(self) -> int:
        """Bytes from its first element to the end of its last."""
        if 0 in self.shape:
            return 0
        steps = sum((n - 1) * s for n, s in zip(self.shape, self.stride, strict=True))
        return (steps + 1) * self.itemsize


@dataclass(frozen=True, slots=True)
class FrozenArray:
    """A numpy array. ``strides`` are in bytes and may be negative."""

    address: int
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    writeable: bool


@dataclass(frozen=True, slots=True)
class FrozenConstants:
    """A list, set or dict (then of pairs) of nothing but constants."""

    cls: type
    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FrozenSequence:
    """A list, tuple, named tuple, set or deque; ``items`` are indices of nodes."""

    cls: type
    items: tuple[int, ...]
    maxlen: int | None = None


@dataclass(frozen=True, slots=True)
class FrozenMapping:
    """A dict of some kind; keys, values and a defaultdict's factory are indices of nodes."""

    cls: type
    keys: tuple[int, ...]
    values: tuple[int, ...]
    factory: int | None = None


@dataclass(frozen=True, slots=True)
class FrozenObject:
    """An instance of a Python class: its attributes, by name; no ``__init__`` is run for it.

    Attributes whose node is ``Unkept`` are left out.
    """

    cls: type
    attributes: Mapping[str, int]
    slots: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FrozenCell:
    """A variable that a nested function shares with the function around it."""

    content: int | None


@dataclass(frozen=True, slots=True)
class FrozenFunction:
    """A function of the loop's own module: rebuilt, so that it sees the rebuilt values."""

    code: CodeType
    name: str
    qualname: str
    defaults: int | None
    keyword_defaults: int | None
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrozenCall:
    """A value made anew by its type: a slice, a bound method, a weak reference, a partial."""

    cls: type
    arguments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrozenBuiltinMethod:
    """A bound method of a built-in type: ``append = out.append``."""

    owner: int
    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """A function, class or module, or what is as fixed as they are: it stands for itself."""

    value: object


@dataclass(frozen=True, slots=True)
class Shared:
    """An object that cannot be rebuilt: the program's own, which replay must not write to.

    Attributes:
        value: Returns it, or ``None`` once it is gone: a snapshot keeps no such object alive.
    """

    value: Callable[[], object | None]


@dataclass(frozen=True, slots=True)
class Unkept:
    """A value that could not be kept, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The values that a loop could read at the moment it was entered.

    Attributes:
        path: ``co_filename``.
        function: Qualified name of the function that holds the loop.
        line: The loop's line, as the clock names it.
        names: Local variables → index in ``nodes``; none at module level.
        global_names: Global variables → index in ``nodes``: those that the loop or a function it
            uses refers to, if they are data or functions of the loop's own module.
        nodes: The values: ``Frozen…``, ``Given``, ``Shared`` or ``Unkept``; all else is a
            constant. Two names or containers with one index hold one object.
        memory: The tensors' bytes, sorted by device and address; stretches do not overlap.
        missing: Name or dotted attribute (``"self.logger"``) → why it could not be kept.
        globals: The module's own globals, by reference.
        grad_enabled: Whether autograd was on.
        inference: Whether ``torch.inference_mode`` was on.
        autocast: Whether autocast was on for the CPU or an accelerator.
        default_dtype: ``"float32"`` unless the program changed it.
    """

    path: str
    function: str
    line: int
    names: Mapping[str, int]
    global_names: Mapping[str, int]
    nodes: tuple[object, ...]
    memory: tuple[FrozenStorage, ...]
    missing: Mapping[str, str]
    globals: Mapping[str, object]
    grad_enabled: bool
    inference: bool
    autocast: bool
    default_dtype: str

    @property
    def values(self) -> dict[str, object]:
        """What was kept, by name; look up nested indices in ``nodes``."""
        indices = {**self.global_names, **self.names}
        return {name: self.nodes[index] for name, index in indices.items()}

    @property
    def nbytes(self) -> int:
        """Bytes copied."""
        return sum(len(stretch.data) for stretch in self.memory if stretch.data is not None)
