"""Independent copies of what a loop reads, changed on the way where an input asks for it."""

from __future__ import annotations

import collections
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import torch

from loopscope.verify.change import Change, number_list, root_of
from loopscope.verify.memory_layout import SharedMemory
from loopscope.verify.within import slots_of

Namespace: TypeAlias = dict[str, object]
Tracking: TypeAlias = Literal["as observed", "all", "none"]

MAX_OBJECTS = 200_000
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class made by a class statement
_BY_REFERENCE = (type, types.ModuleType, types.BuiltinFunctionType, str, bytes)


class TooMuchToCopyError(Exception):
    """What the loop reads leads to more objects than are worth copying for every run."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A namespace that one run starts from, with a handle on everything that was in it.

    Attributes:
        names: The namespace. Code may run in it.
        objects: Everything in it that can be changed in place, by path.
        leaves: Tensors that gradients are taken for, by path.
    """

    names: Namespace
    objects: dict[str, object] = field(default_factory=dict)
    leaves: dict[str, torch.Tensor] = field(default_factory=dict)


def copy_scene(
    namespace: Mapping[str, object],
    names: Iterable[str],
    change: Change | None = None,
    *,
    tracking: Tracking = "as observed",
    untracked: Iterable[str] = (),
) -> Scene:
    """Copy what ``names`` lead to; everything else is there by reference.

    Tensors that share memory share it in the copy too, as long as they keep their shapes.

    Args:
        namespace: What to copy from; not changed.
        names: Names to copy. Functions defined in the namespace bring those that they read.
        change: What to change on the way.
        tracking: Which tensors require gradients: those that did, every floating-point one, none.
        untracked: Names that ``tracking="all"`` leaves alone.
    """
    scene = Scene({k: v for k, v in namespace.items() if k != "__builtins__"})
    reached = reached_names(namespace, names)
    copier = _Copier(namespace, scene, change or Change(), tracking, frozenset(untracked))
    copier.shared.note(namespace[name] for name in reached)
    for name in reached:
        scene.names[name] = copier.variable(name)
    return scene


def reached_names(namespace: Mapping[str, object], names: Iterable[str]) -> tuple[str, ...]:
    """Return ``names`` and the globals of functions that see this very namespace."""
    found: dict[str, None] = {}
    todo = sorted(set(names), reverse=True)
    while todo:
        name = todo.pop()
        if name in found or name not in namespace or name == "__builtins__":
            continue
        found[name] = None
        value = namespace[name]
        if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
            todo += sorted(_global_names(value.__code__), reverse=True)
    return tuple(found)


def leaves_of(namespace: Mapping[str, object], names: Iterable[str]) -> dict[str, Any]:
    """Return the tensors, arrays, numbers and lists of numbers that ``names`` lead to, by path."""
    found = _Note()
    copy_scene(namespace, names, found, tracking="none")
    return found.leaves


class _Note(Change):
    """Changes nothing and remembers the leaves, lists that can be cut among them."""

    def __init__(self) -> None:
        self.leaves: dict[str, Any] = {}

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        self.leaves.setdefault(path, value)
        return value

    def picks(self, path: str, items: Sequence[object]) -> None:
        self.leaves.setdefault(path, items)


class _Copier:
    def __init__(
        self,
        source: Mapping[str, object],
        scene: Scene,
        change: Change,
        tracking: Tracking,
        untracked: frozenset[str],
    ) -> None:
        self.source, self.scene, self.change = source, scene, change
        self.tracking, self.untracked = tracking, untracked
        self.shared = SharedMemory(change.memory)
        self.memo: dict[int, object] = {}
        self.variables: dict[str, object] = {}

    def variable(self, name: str) -> object:
        """Return the copy of what a name holds."""
        if name not in self.variables:
            self.variables[name] = self.copy(self.source[name], name)
        return self.variables[name]

    def copy(self, value: object, path: str) -> object:
        match value:
            case None | str() | bytes() | type() | types.ModuleType():
                return value
            case bool() | int() | float() if type(value) in (bool, int, float):
                return self.change.leaf(path, value)
        if id(value) in self.memo:
            return self.memo[id(value)]
        if type(value) in _OFTEN_EMPTY and not value:
            return self._keep(value, path, type(value)())
        match value:
            case torch.Tensor():
                return self._tensor(value, path)
            case np.ndarray() | np.generic():
                return self._keep(value, path, self.change.leaf(path, value.copy()))
            case types.FunctionType() if value.__globals__ is self.source:
                return self._function(value, path)
            case range() | slice():
                return self._range(value, path)
            case tuple() | frozenset():
                return self._immutable(value, path)
            case list() | dict() | set() | collections.deque():
                return self._container(value, path)
            case types.MethodType():
                owner = self.copy(value.__self__, f"{path}.__self__")
                return types.MethodType(value.__func__, owner)
        return self._object(value, path)

    def _keep(self, value: object, path: str, copied: object) -> object:
        if len(self.memo) > MAX_OBJECTS:
            raise TooMuchToCopyError
        self.memo[id(value)] = copied
        self.scene.objects.setdefault(path, copied)
        return copied

    def _tensor(self, value: torch.Tensor, path: str) -> object:
        plain = self.shared.copy(value)
        changed = self.change.leaf(path, plain)
        if not isinstance(changed, torch.Tensor):
            return changed
        if changed is not plain and self.shared.holds(value) and changed.shape == plain.shape:
            changed = plain.copy_(changed)
        leaf, exposed = self._track(value, changed, path)
        both = leaf.is_leaf and value.is_leaf
        if both and value.grad is not None and self.change.keeps_gradient(path):
            leaf.grad = self.copy(value.grad, f"{path}.grad")
        self._keep(value, path, exposed)
        return exposed

    def _track(
        self, value: torch.Tensor, copied: torch.Tensor, path: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the tensor that gradients are taken for and the one that code sees."""
        if type(value) is torch.nn.Parameter:
            copied = torch.nn.Parameter(copied, requires_grad=False)
        inexact = copied.is_floating_point() or copied.is_complex()
        forced = self.tracking == "all" and inexact and root_of(path) not in self.untracked
        if self.tracking == "none" or not inexact or not (value.requires_grad or forced):
            return copied, copied
        copied.requires_grad_()
        self.scene.leaves[path] = copied
        if value.requires_grad and value.is_leaf:
            return copied, copied
        # What was computed may be written to in place, a leaf may not.
        return copied, copied.clone()

    def _range(self, value: Any, path: str) -> object:  # noqa: ANN401 (a range or slice)
        ends = (self.copy(getattr(value, end), f"{path}.{end}") for end in _ENDS)
        return type(value)(*ends)

    def _function(self, value: types.FunctionType, path: str) -> types.FunctionType:
        cells = value.__closure__ or ()
        copied = types.FunctionType(
            value.__code__,
            self.scene.names,
            value.__name__,
            value.__defaults__,
            tuple(types.CellType() for _ in cells),
        )
        copied.__kwdefaults__ = value.__kwdefaults__
        self.memo[id(value)] = copied
        for name, old, new in zip(
            value.__code__.co_freevars, cells, copied.__closure__ or (), strict=True
        ):
            try:
                content = old.cell_contents
            except ValueError:  # a variable of the closure that has no value yet
                continue
            shared = name in self.source and _is_same(self.source[name], content)
            new.cell_contents = (
                self.variable(name) if shared else self.copy(content, f"{path}.{name}")
            )
        return copied

    def _immutable(self, value: Any, path: str) -> object:  # noqa: ANN401 (a tuple or frozenset)
        cls = type(value)
        if cls not in (tuple, frozenset, torch.Size) and not hasattr(cls, "_fields"):
            return value
        items = self._items(list(value), path, self.change.picks(path, value))
        copied = cls(*items) if hasattr(cls, "_fields") else cls(items)
        self.memo[id(value)] = copied
        return copied

    def _container(self, value: Any, path: str) -> object:  # noqa: ANN401 (of any type)
        cls: Any = type(value)
        if number_list(value):
            return self._keep(value, path, self.change.leaf(path, list(value)))
        match value:
            case collections.deque():
                copied: Any = cls(maxlen=value.maxlen)
            case collections.defaultdict():
                copied = cls(value.default_factory)
            case _:
                copied = cls.__new__(cls)
        self._keep(value, path, copied)
        match value:
            case dict() if (items := numbered(value)) is not None:
                kept = self._items(items, path, self.change.picks(path, items))
                dict.update(copied, {str(n): item for n, item in enumerate(kept)})
            case dict():
                ordered = isinstance(value, collections.OrderedDict)
                store = (collections.OrderedDict if ordered else dict).__setitem__
                for n, (key, item) in enumerate(self._entries(value, path)):
                    name = repr(key) if isinstance(key, str | int) else f"<{n}>"
                    held = key if isinstance(key, int | float) else self.copy(key, f"{path}.{n}")
                    store(copied, held, self.copy(item, f"{path}[{name}]"))
            case list():
                list.extend(copied, self._items(value, path, self.change.picks(path, value)))
            case set():
                set.update(copied, self._items(list(value), path, None))
            case _:
                copied.extend(self._items(list(value), path, None))
        if type(value).__flags__ & _HEAP_TYPE and hasattr(value, "__dict__"):
            self._attributes(value, copied, path)
        return copied

    def _entries(self, value: dict[Any, Any], path: str) -> list[tuple[Any, Any]]:
        """The entries of a dict; where it has a tensor for each of many names, some may do."""
        entries = list(value.items())
        if len(entries) < _FEWEST_NUMBERED or not _has_named_tensors(value):
            return entries
        picks = self.change.picks(path, list(value))
        return entries if picks is None else [entries[n] for n in dict.fromkeys(picks)]

    def _items(
        self, items: Sequence[object], path: str, picks: Sequence[int] | None
    ) -> list[object]:
        if picks is None:
            return [self.copy(item, f"{path}[{n}]") for n, item in enumerate(items)]
        found: list[object] = []
        for n in picks:
            # An item that is picked twice becomes two objects, as two rows of a batch are.
            item = items[n]
            self.memo.pop(id(item), None)
            if isinstance(item, torch.Tensor) and item.is_leaf:
                self.memo.pop(id(item.grad), None)
            found.append(self.copy(item, f"{path}[{len(found)}]"))
        return found

    def _object(self, value: object, path: str) -> object:
        cls = type(value)
        if isinstance(value, _BY_REFERENCE) or not cls.__flags__ & _HEAP_TYPE:
            return value
        try:
            copied = object.__new__(cls)
        except TypeError:  # its memory is laid out by an extension module
            return value
        self._keep(value, path, copied)
        self._attributes(value, copied, path)
        return copied

    def _attributes(self, value: object, copied: object, path: str) -> None:
        for name, item in getattr(value, "__dict__", {}).items():
            copied.__dict__[name] = self.copy(item, f"{path}.{name}")
        for slot in slots_of(type(value)):
            if hasattr(value, slot):
                item = self.copy(getattr(value, slot), f"{path}.{slot}")
                object.__setattr__(copied, slot, item)


_OFTEN_EMPTY: tuple[Any, ...] = (dict, collections.OrderedDict)  # a module has a dozen of them
_ENDS = ("start", "stop", "step")
_FEWEST_NUMBERED = 8


def numbered(value: Mapping[object, object]) -> list[object] | None:
    """Return the items of a list that a dict is, as ``torch.nn.ParameterList`` keeps its own."""
    count = len(value)
    if count < _FEWEST_NUMBERED or next(iter(value)) != "0":
        return None
    return list(value.values()) if list(value) == list(map(str, range(count))) else None


def _has_named_tensors(value: Mapping[object, object]) -> bool:
    return all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in value.items())


def _is_same(a: object, b: object) -> bool:
    number = isinstance(a, bool | int | float) and type(a) is type(b)
    return a is b or (number and a == b)


def _global_names(code: types.CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*map(_global_names, inner))
