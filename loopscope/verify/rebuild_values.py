"""Frozen nodes to values: first every object, then what is in it, so that cycles close."""

from __future__ import annotations

import functools
from collections import defaultdict, deque
from collections.abc import Mapping
from types import CellType, FunctionType, SimpleNamespace
from typing import Any

import torch

from loopscope.model.snapshot import (
    FrozenArray,
    FrozenBuiltinMethod,
    FrozenCall,
    FrozenCell,
    FrozenConstants,
    FrozenFunction,
    FrozenMapping,
    FrozenObject,
    FrozenSequence,
    FrozenTensor,
    Given,
    Shared,
    Snapshot,
)
from loopscope.verify.rebuild_memory import GoneError, Memory

_FILLED_LATER = (list, set, deque)


class Builder:
    """Builds a snapshot's values once.

    Args:
        snapshot: The snapshot.
        gone: Nodes to do without.
        module: The globals that rebuilt functions see.
    """

    def __init__(
        self, snapshot: Snapshot, gone: Mapping[int, str], module: dict[str, object]
    ) -> None:
        self.memory = Memory(snapshot.memory)
        self.module = module
        self._nodes = snapshot.nodes
        self._gone = gone
        self._made: dict[int, Any] = {}

    def build(self) -> dict[int, str]:
        """Make everything; return the nodes that failed, with the reason."""
        with torch.inference_mode(False), torch.no_grad():  # once: there may be thousands
            return self._build()

    def _build(self) -> dict[int, str]:
        failed: dict[int, str] = {}
        for step in (self._value, self._fill):
            for index in range(len(self._nodes)):
                if index in self._gone or index in failed:
                    continue
                try:
                    step(index)
                except GoneError as error:
                    failed[index] = str(error)
                except Exception as error:  # a class of the user's may forbid anything
                    failed[index] = f"could not be rebuilt ({type(error).__name__})"
            if failed:
                return failed
        return failed

    def named(self, names: Mapping[str, int]) -> dict[str, object]:
        """Return the values of names, without those that are gone."""
        return {name: self._made[index] for name, index in names.items() if index in self._made}

    def _value(self, index: int) -> Any:  # noqa: ANN401 (the user's own)
        if index not in self._made:
            self._made[index] = self._make(self._nodes[index])
        return self._made[index]

    def _values(self, indices: tuple[int, ...]) -> list[Any]:
        return [self._value(index) for index in indices]

    def _make(self, node: object) -> object:
        match node:
            case FrozenTensor(base=base):
                root = None if base is None else self._value(base)
                return self.memory.tensor(node, root)
            case FrozenArray():
                return self.memory.array(node)
            case FrozenConstants(cls=cls, items=items):
                return _put(cls(), items) if issubclass(cls, dict) else _sequence(cls, items)
            case FrozenSequence(cls=cls, items=indices, maxlen=maxlen):
                if issubclass(cls, _FILLED_LATER):
                    return deque(maxlen=maxlen) if cls is deque else cls()
                return _sequence(cls, self._values(indices))
            case FrozenMapping(cls=cls, factory=factory):
                return cls() if factory is None else defaultdict(self._value(factory))
            case FrozenObject(cls=cls):
                return SimpleNamespace() if cls is SimpleNamespace else object.__new__(cls)
            case FrozenCell():
                return CellType()
            case FrozenFunction(code=code, name=name, cells=cells):
                closure = tuple(self._values(cells))
                return FunctionType(code, self.module, name, None, closure)
            case FrozenCall(cls=functools.partial, arguments=indices):
                function, arguments, keywords = self._values(indices)
                return functools.partial(function, *arguments, **keywords)
            case FrozenCall(cls=cls, arguments=indices):
                return cls(*self._values(indices))
            case FrozenBuiltinMethod(owner=owner, name=name):
                return getattr(self._value(owner), name)
            case Given(value=value):
                return value
            case Shared(value=value):
                return value()
            case _:
                return node

    def _fill(self, index: int) -> None:
        value: Any = self._made[index]
        match self._nodes[index]:
            case FrozenTensor(grad=int(grad)) if grad not in self._gone:
                value.grad = self._made[grad]
            case FrozenSequence(cls=cls, items=indices) if cls is set:
                value.update(self._values(indices))
            case FrozenSequence(cls=cls, items=indices) if issubclass(cls, _FILLED_LATER):
                value.extend(self._values(indices))
            case FrozenMapping(keys=keys, values=values):
                _put(value, zip(self._values(keys), self._values(values), strict=True))
            case FrozenObject() as node:
                self._set_attributes(value, node)
            case FrozenCell(content=int(content)) if content not in self._gone:
                value.cell_contents = self._made[content]
            case FrozenFunction() as node:
                value.__qualname__ = node.qualname
                if node.defaults is not None:
                    value.__defaults__ = self._made[node.defaults]
                if node.keyword_defaults is not None:
                    value.__kwdefaults__ = self._made[node.keyword_defaults]

    def _set_attributes(self, value: object, node: FrozenObject) -> None:
        kept = {n: self._made[k] for n, k in node.attributes.items() if k not in self._gone}
        if kept:
            object.__getattribute__(value, "__dict__").update(kept)
        for name, index in node.slots.items():
            if index not in self._gone:
                object.__setattr__(value, name, self._made[index])


def _put(mapping: Any, items: Any) -> Any:  # noqa: ANN401 (a dict of any kind)
    for key, value in items:
        mapping[key] = value
    return mapping


def _sequence(cls: Any, items: Any) -> object:  # noqa: ANN401 (a class of any kind)
    """A list, set or tuple; named tuples of Python take their fields one by one, so not those."""
    if issubclass(cls, tuple) and "n_sequence_fields" not in cls.__dict__:
        return tuple.__new__(cls, items)
    return cls(items)
