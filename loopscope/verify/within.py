"""Everything that a value leads to: items, attributes, their items, and so on."""

from __future__ import annotations

import collections
import types
from collections.abc import Iterable, Iterator

import numpy as np
import torch

_ATOMS = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    torch.dtype,
    torch.device,
    torch.Size,
    np.ndarray,
    np.generic,
)

_PLAIN = (dict, collections.OrderedDict, list, set)


def objects_within(values: Iterable[object]) -> Iterator[object]:
    """Yield every object once, constants left out; functions and modules are not looked into."""
    seen: set[int] = set()
    todo = list(values)[::-1]
    while todo:
        value = todo.pop()
        if isinstance(value, _ATOMS[:8]) or id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        todo += _items(value)[::-1]


def tensors_within(values: Iterable[object]) -> Iterator[torch.Tensor]:
    """Yield every tensor once, gradients included."""
    return (value for value in objects_within(values) if isinstance(value, torch.Tensor))


def _items(value: object) -> list[object]:
    if type(value) in _PLAIN and not value:
        return []  # a module has a dozen of them
    match value:
        case torch.Tensor():
            found: list[object] = list(value.__dict__.values())
            return [*found, *_gradient(value)]
        case list() | tuple() | set() | frozenset() | collections.deque():
            found = list(value)
        case dict():
            found = [*value.keys(), *value.values()]
        case types.MethodType():
            return [value.__self__]
        case _ if isinstance(value, _ATOMS):
            return []
        case _:
            found = []
    return [*found, *attributes_of(value).values()]


def _gradient(tensor: torch.Tensor) -> list[torch.Tensor]:
    try:
        gradient = tensor.grad if tensor.is_leaf else None
    except RuntimeError:  # a view of what was written to while autograd did not look
        return []
    return [] if gradient is None else [gradient]


def attributes_of(value: object) -> dict[str, object]:
    """Return an object's own attributes, slots included, by name."""
    found = dict(getattr(value, "__dict__", {}))
    for slot in slots_of(type(value)):
        if hasattr(value, slot):
            found[slot] = getattr(value, slot)
    return dict(sorted(found.items())) if found else found


def slots_of(cls: type) -> list[str]:
    """Return the names of the slots that a class and its bases define."""
    found: list[str] = []
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        found += [slots] if isinstance(slots, str) else list(slots)
    return [name for name in found if name not in ("__dict__", "__weakref__")]
