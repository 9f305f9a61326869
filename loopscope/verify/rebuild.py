"""Give a loop the values it had when it was entered, as often as it is run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, ModuleType

import torch

from loopscope.model.snapshot import Shared, Snapshot, Unkept
from loopscope.model.unkept import spread
from loopscope.verify.rebuild_values import Builder

_READY_MADE = (ModuleType, type, FunctionType, BuiltinFunctionType)


@dataclass(frozen=True, slots=True)
class Replica:
    """One independent copy of what a snapshot holds.

    Attributes:
        namespace: Names → values, for ``exec``: the module's functions, classes and modules by
            reference, all data rebuilt.
        leaves: The tensors that gradients are asked for: every leaf that requires grad, and one
            behind each tensor that had a history.
        missing: Name → why it is not in ``namespace``; beside ``Snapshot.missing``.
    """

    namespace: dict[str, object]
    leaves: tuple[torch.Tensor, ...]
    missing: Mapping[str, str]


def rebuild(snapshot: Snapshot) -> dict[str, object]:
    """Return a fresh namespace in which the loop can be run: nothing in it is the program's own.

    Two names of one object stay so, as do views of one storage; only what the snapshot says is
    ``Shared`` is the program's. Names that cannot be had are left out.
    """
    return replicate(snapshot).namespace


def replicate(snapshot: Snapshot) -> Replica:
    """Return a fresh copy of all that the snapshot holds, with the leaves for gradients."""
    gone = spread(snapshot.nodes, _gone(snapshot.nodes))
    while True:
        builder = Builder(snapshot, gone, _ready_made(snapshot))
        failed = builder.build()
        if not failed:
            break
        gone = spread(snapshot.nodes, {**gone, **failed})
    builder.module.update(builder.named(snapshot.global_names))
    indices = {**snapshot.global_names, **snapshot.names}
    namespace = builder.module
    if snapshot.names.keys() & namespace.keys():
        namespace = {**namespace}  # a local hides a global, but not from the module's functions
    namespace.update(builder.named(snapshot.names))
    return Replica(
        namespace=namespace,
        leaves=tuple(builder.memory.leaves),
        missing={name: gone[index] for name, index in indices.items() if index in gone},
    )


def _gone(nodes: tuple[object, ...]) -> dict[int, str]:
    """The nodes that could not be kept, or are gone since."""
    gone: dict[int, str] = {}
    for index, node in enumerate(nodes):
        match node:
            case Unkept(reason=reason):
                gone[index] = reason
            case Shared(value=value) if value() is None:
                gone[index] = "an object that is gone"
    return gone


def _ready_made(snapshot: Snapshot) -> dict[str, object]:
    """The module's globals without its data: a replay must not find the program's own."""
    return {
        name: value
        for name, value in snapshot.globals.items()
        if (issubclass(type(value), _READY_MADE) or name.startswith("__"))
        and name not in snapshot.missing
    }
