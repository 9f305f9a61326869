"""Values to frozen nodes: each object once, whatever path leads to it."""

from __future__ import annotations

import functools
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from itertools import chain
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    EllipsisType,
    FunctionType,
    MethodType,
    ModuleType,
    NoneType,
    NotImplementedType,
)
from typing import Any

import numpy as np
import torch

from loopscope.capture.freeze_memory import MemoryBook
from loopscope.capture.object_layout import Kind, Layout, read_layout
from loopscope.model.snapshot import (
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
    Unkept,
)

# By id: a dict keyed by class would call the metaclass's ``__hash__``.
_CONSTANTS = frozenset(
    map(
        id,
        (
            bool, int, float, complex, str, bytes, NoneType, range, EllipsisType,
            NotImplementedType, object, torch.dtype, torch.device, torch.Size, torch.layout,
            torch.memory_format,
        ),
    )
)  # fmt: skip
_TUPLE = frozenset({id(tuple)})
_TENSORS = frozenset({id(torch.Tensor), id(torch.nn.Parameter)})
_HASHED_BY_ID = _TENSORS | {id(FunctionType)}


class TooManyError(Exception):
    """A value has more parts than are looked at."""


class Freezer:
    """Turns values into nodes; runs no code of the user's.

    Args:
        memory: Where tensors and arrays are written down.
        layouts: Classes known so far, by id.
        home: The loop's globals: functions defined there are rebuilt with them.
    """

    def __init__(
        self, memory: MemoryBook, layouts: dict[int, Layout], home: Mapping[str, object]
    ) -> None:
        self.nodes: list[object] = []
        self.codes: list[CodeType] = []
        self.left = 0
        self.shallow = False
        self._memory = memory
        self._layouts = layouts
        self._home = home
        self._values: list[object] = []  # parallel to nodes, and keeps ids from being used again
        self._known: dict[int, int] = {}
        self._waiting: list[int] = []
        self._views: list[tuple[int, object]] = []

    def keep(self, value: object, left: int, *, shallow: bool = False) -> int:
        """Return the index of the value's node.

        Args:
            value: Anything.
            left: How many parts it may have.
            shallow: Do not look into instances.
        """
        self.left, self.shallow = left, shallow
        start, codes, stretches = len(self.nodes), len(self.codes), self._memory.num_stretches
        try:
            index = self._index(value)
            while self._waiting:
                waiting = self._waiting.pop()
                self.nodes[waiting] = self._freeze(waiting)
        except TooManyError:
            self._forget(start)
            self._memory.forget(stretches)
            del self.codes[codes:]
            index = len(self.nodes)
            self.nodes.append(Unkept("too many parts"))
            self._values.append(None)
        return index

    def view_bases(self) -> dict[int, int]:
        """Return the kept views whose base was kept too: index of the view → of the base."""
        found = ((index, self._known.get(id(base))) for index, base in self._views)
        return {
            index: base
            for index, base in found
            if base is not None and isinstance(self.nodes[base], FrozenTensor)
        }

    def _index(self, value: object) -> int:
        known = self._known.get(id(value))
        if known is not None:
            return known
        self.left -= 1
        if self.left < 0:
            raise TooManyError
        index = len(self.nodes)
        self._known[id(value)] = index
        self._values.append(value)
        if id(type(value)) in _CONSTANTS:
            self.nodes.append(value)
        else:
            self.nodes.append(Unkept("not reached"))
            self._waiting.append(index)
        return index

    def _forget(self, start: int) -> None:
        self._waiting.clear()
        for value in self._values[start:]:
            self._known.pop(id(value), None)
        self._views = [view for view in self._views if view[0] < start]
        del self.nodes[start:], self._values[start:]

    def _freeze(self, index: int) -> object:
        value = self._values[index]
        cls = type(value)
        try:
            special = _SPECIAL.get(id(cls))
            if special is not None:
                return special(self, value)
            if id(cls) in _TENSORS:
                return self._tensor(index, value)
            return self._instance(value, cls)
        except TooManyError:
            raise
        except Exception as error:  # whatever it is, the user's program must not see it
            return Unkept(f"could not be read ({type(error).__name__})")

    def _tensor(self, index: int, value: Any) -> object:  # noqa: ANN401
        node = self._memory.tensor(value, self._index)
        if isinstance(node, FrozenTensor) and value._is_view():
            self._views.append((index, value._base))
        return node

    def _all(self, values: Collection[object]) -> tuple[int, ...]:
        if len(values) > self.left:
            raise TooManyError
        return tuple(map(self._index, values))

    def _sequence(self, value: Any) -> object:  # noqa: ANN401
        cls, items = type(value), tuple(value)
        if self._constant(items):
            return items if cls is tuple else FrozenConstants(cls, items)
        if cls in (set, frozenset) and not all(map(self._plain_hash, items)):
            return Unkept("a set of objects with a hash of their own")
        return FrozenSequence(cls, self._all(items))

    def _deque(self, value: deque[object]) -> object:
        return FrozenSequence(deque, self._all(tuple(value)), value.maxlen)

    def _mapping(self, value: Any) -> object:  # noqa: ANN401
        cls = type(value)
        keys = tuple(dict.keys(value))
        if not keys and cls in _EMPTY:
            return _EMPTY[cls]
        if not all(map(self._plain_hash, keys)):
            return Unkept("a dict whose keys have a hash of their own")
        # An OrderedDict has an order of its own; other kinds are asked as dicts.
        items = tuple(value.items() if cls is OrderedDict else dict.items(value))
        values = tuple(item[1] for item in items)
        if cls is not defaultdict and self._constant(keys) and self._constant(values):
            return FrozenConstants(cls, items)
        factory = value.default_factory if cls is defaultdict else None
        return FrozenMapping(
            cls,
            self._all(tuple(item[0] for item in items)),
            self._all(values),
            None if factory is None else self._index(factory),
        )

    def _slice(self, value: slice) -> object:
        return FrozenCall(slice, self._all((value.start, value.stop, value.step)))

    def _method(self, value: MethodType) -> object:
        return FrozenCall(MethodType, self._all((value.__func__, value.__self__)))

    def _builtin(self, value: BuiltinFunctionType) -> object:
        owner = value.__self__
        if owner is None or issubclass(type(owner), type | ModuleType):
            return Given(value)
        return FrozenBuiltinMethod(self._index(owner), value.__name__)

    def _partial(self, value: functools.partial[object]) -> object:
        return FrozenCall(functools.partial, self._all((value.func, value.args, value.keywords)))

    def _weakref(self, value: weakref.ref[object]) -> object:
        target = value()
        if target is None:
            return Unkept("a weak reference whose object is gone")
        return FrozenCall(weakref.ref, (self._index(target),))

    def _cell(self, value: CellType) -> object:
        try:
            content = value.cell_contents
        except ValueError:
            return FrozenCell(None)
        return FrozenCell(self._index(content))

    def _function(self, value: FunctionType) -> object:
        if value.__globals__ is not self._home:
            return Given(value)
        self.codes.append(value.__code__)
        return FrozenFunction(
            value.__code__,
            value.__name__,
            value.__qualname__,
            None if value.__defaults__ is None else self._index(value.__defaults__),
            None if value.__kwdefaults__ is None else self._index(value.__kwdefaults__),
            self._all(value.__closure__ or ()),
        )

    def _instance(self, value: object, cls: type) -> object:
        layout = self._layout(cls)
        match layout.kind:
            case Kind.CONSTANT:
                return Given(value)
            case Kind.UNKEPT:
                return Unkept(layout.reason)
            case Kind.TUPLE:
                return FrozenSequence(cls, self._all(tuple(tuple.__iter__(value))))  # type: ignore[arg-type]
            case Kind.SHARED:
                return _shared(value)
        if self.shallow:
            return Unkept("not read by the loop")
        attributes = layout.attributes(value) if layout.attributes else {}
        names, values = list(attributes.keys()), tuple(attributes.values())
        slots = {}
        for name, member in layout.slots:
            try:
                slots[name] = self._index(member.__get__(value))
            except AttributeError:  # never set
                continue
        return FrozenObject(cls, dict(zip(names, self._all(values), strict=True)), slots)

    def _layout(self, cls: type) -> Layout:
        layout = self._layouts.get(id(cls))
        if layout is None:
            layout = self._layouts[id(cls)] = read_layout(cls)
        return layout

    def _constant(self, items: Collection[object], depth: int = 3) -> bool:
        """Whether all items are constants or, three levels deep, tuples of such."""
        self.left -= len(items) // _CONSTANTS_A_PART
        if self.left < 0:
            raise TooManyError
        kinds = set(map(id, map(type, items)))
        if kinds <= _CONSTANTS:
            return True
        if not depth or not kinds <= _CONSTANTS | _TUPLE:
            return False
        inner = chain.from_iterable(x for x in items if type(x) is tuple)
        return self._constant(list(inner), depth - 1)

    def _plain_hash(self, key: object) -> bool:
        """Whether a key can be hashed before the rest of the snapshot is rebuilt."""
        cls = type(key)
        if id(cls) in _CONSTANTS or id(cls) in _HASHED_BY_ID:
            return True
        if cls is tuple:
            return self._constant((key,))
        return id(cls) not in _SPECIAL and self._layout(cls).plain_hash


# Constants cost a tenth of what a node costs, and less.
_CONSTANTS_A_PART = 10
_EMPTY: dict[type, FrozenConstants] = {
    cls: FrozenConstants(cls, ()) for cls in (dict, OrderedDict)
}
_SPECIAL: dict[int, Callable[[Freezer, Any], object]] = {
    id(cls): method
    for method, classes in {
        Freezer._sequence: (list, tuple, set, frozenset),
        Freezer._mapping: (dict, OrderedDict, defaultdict, Counter),
        Freezer._deque: (deque,),
        Freezer._slice: (slice,),
        Freezer._method: (MethodType,),
        Freezer._builtin: (BuiltinFunctionType,),
        Freezer._function: (FunctionType,),
        Freezer._partial: (functools.partial,),
        Freezer._weakref: (weakref.ref,),
        Freezer._cell: (CellType,),
        lambda freezer, value: freezer._memory.array(value): (np.ndarray,),
    }.items()
    for cls in classes
}


def _shared(value: object) -> object:
    try:
        return Shared(weakref.ref(value))
    except TypeError:
        return Unkept("an object that can be neither copied nor referred to")
