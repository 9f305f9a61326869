"""How instances of a class keep their state, found without running any of the class's code.

``isinstance``, ``getattr`` and ``hash`` may all end in code of the user's class or its metaclass;
the descriptors of ``type`` and ``object`` do not.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import (
    BuiltinFunctionType,
    CodeType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    SimpleNamespace,
    WrapperDescriptorType,
)

import numpy as np
import torch


class Kind(Enum):
    """What a snapshot does with instances of a class."""

    REBUILD = "attributes are kept, the instance is made anew"
    TUPLE = "items are kept"
    CONSTANT = "kept as it is"
    SHARED = "referred to"
    UNKEPT = "not kept"


@dataclass(frozen=True, slots=True)
class Layout:
    """A class, what to do with its instances, and where their state is.

    Attributes:
        cls: Held so that its id stays its own.
        reason: Why instances are not kept.
        attributes: Returns an instance's ``__dict__``; ``None`` if it has none.
        slots: The descriptors of ``__slots__``, by name.
        plain_hash: Hashed by identity.
    """

    cls: type
    kind: Kind
    reason: str = ""
    attributes: Callable[[object], dict[str, object]] | None = None
    slots: tuple[tuple[str, MemberDescriptorType], ...] = ()
    plain_hash: bool = False


# Live resources and running things, by the first part of their class's module.
_LIVE_MODULES = frozenset(
    {"_io", "io", "_thread", "threading", "_queue", "queue", "multiprocessing", "concurrent",
     "asyncio", "socket", "_socket", "ssl", "select", "selectors", "subprocess", "mmap",
     "sqlite3", "tempfile", "loopscope"}
)  # fmt: skip
_RANDOM = frozenset(
    {"random", "_random", "numpy.random.mtrand", "numpy.random._generator", "numpy.random._pcg64",
     "numpy.random._mt19937", "numpy.random.bit_generator"}
)  # fmt: skip
_PROFILERS = frozenset({"torch.profiler.profiler", "torch.autograd.profiler"})
# Of the standard library, only these classes hold nothing but the user's data.
_DATA_MODULES = frozenset(
    {"abc", "argparse", "builtins", "collections", "dataclasses", "numbers", "types", "typing"}
)
_IMMUTABLE = frozenset(
    {"_decimal", "datetime", "decimal", "fractions", "pathlib", "uuid", "zoneinfo"}
)
_FIXED = (
    type, ModuleType, CodeType, MethodDescriptorType, WrapperDescriptorType, enum.Enum,
    np.dtype, np.ufunc,
)  # fmt: skip
_LAZY = ("coroutine", "async_generator", "frame", "traceback", "memoryview")

_module_of: Callable[[type], object] = type.__dict__["__module__"].__get__
_namespace_of: Callable[[type], Mapping[str, object]] = type.__dict__["__dict__"].__get__
_flags_of: Callable[[type], int] = type.__dict__["__flags__"].__get__
_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
_HEAP_TYPE = 1 << 9


def read_layout(cls: type) -> Layout:
    """Return how to keep instances of ``cls``, any class but the built-in containers."""
    mro = type.__getattribute__(cls, "__mro__")
    fixed = _fixed_kind(cls, mro)
    if fixed is not None:
        kind, reason = fixed
        return Layout(cls, kind, reason, plain_hash=kind is Kind.CONSTANT)
    spaces = [_namespace_of(base) for base in mro if base is not object]
    getters = [_getter(space["__dict__"]) for space in spaces if "__dict__" in space]
    attributes = next(filter(None, getters), None)
    slots = tuple(
        (name, member)
        for space in spaces
        for name, member in space.items()
        if type(member) is MemberDescriptorType and name != "__dict__"
    )
    owner = next((s for s in spaces if "__hash__" in s), None)
    return Layout(cls, Kind.REBUILD, "", attributes, slots, plain_hash=owner is None)


def _getter(descriptor: object) -> Callable[[object], dict[str, object]] | None:
    """The interpreter's own access to ``__dict__``, not a property that a class put there."""
    if type(descriptor) not in (GetSetDescriptorType, MemberDescriptorType):
        return None
    # Slots and members have `__get__`, which typeshed lacks.
    return descriptor.__get__  # type: ignore[attr-defined,no-any-return]


def _fixed_kind(cls: type, mro: tuple[type, ...]) -> tuple[Kind, str] | None:
    """The kind of classes that are not rebuilt from attributes, and why not."""
    modules = [module for base in mro if isinstance(module := _module_of(base), str)]
    roots = {module.partition(".")[0] for module in modules}
    spaces = [_namespace_of(base) for base in mro]
    if issubclass(cls, _FIXED):
        return Kind.CONSTANT, ""
    if issubclass(cls, torch.Tensor):
        return Kind.UNKEPT, "a subclass of torch.Tensor"
    if issubclass(cls, np.ndarray):
        return Kind.UNKEPT, "a subclass of numpy.ndarray"
    if not _RANDOM.isdisjoint(modules) or issubclass(cls, torch.Generator):
        return Kind.UNKEPT, "a random generator"
    if not _PROFILERS.isdisjoint(modules):
        return Kind.UNKEPT, "a profiler"
    if any("__next__" in space for space in spaces):
        return Kind.UNKEPT, "an iterator"
    if modules[0] == "builtins" and _name_of(cls) in _LAZY:
        return Kind.UNKEPT, "bound to running code"
    if live := roots & _LIVE_MODULES:
        return Kind.UNKEPT, f"an object of the module {min(live)}"
    if modules[0] == "torch._ops":
        return Kind.CONSTANT, ""
    if issubclass(cls, np.generic) and not issubclass(cls, np.void | np.object_):
        return Kind.CONSTANT, ""
    if modules[0].partition(".")[0] in _IMMUTABLE:
        return Kind.CONSTANT, ""
    if issubclass(cls, tuple):
        bare = not any("__dict__" in space for space in spaces)
        return (Kind.TUPLE, "") if bare else (Kind.SHARED, "")
    if any("__del__" in space for space in spaces) or not _is_python_class(mro):
        return Kind.SHARED, ""  # a copy would be finalized a second time, or lack its C part
    foreign = {root for root in roots if root in sys.stdlib_module_names} - _DATA_MODULES
    if foreign or issubclass(cls, torch.jit.ScriptModule):
        return Kind.SHARED, ""
    return None


def _is_python_class(mro: tuple[type, ...]) -> bool:
    """Whether all of an instance's state is in its ``__dict__`` and ``__slots__``."""
    return all(
        base is object
        or base is SimpleNamespace
        or (
            _flags_of(base) & _HEAP_TYPE
            and type(_namespace_of(base).get("__new__")) is not BuiltinFunctionType
        )
        for base in mro
    )
