"""Values to frozen nodes: each object once, whatever path leads to it."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Collection, Mapping
from itertools import chain
from types import CodeType, EllipsisType, FunctionType, NoneType, NotImplementedType
from typing import Any

import numpy as np
import torch

from loopscope.capture.freeze_memory import MemoryBook
from loopscope.capture.freeze_parts import parts_of
from loopscope.capture.object_layout import Kind, Layout, read_layout
from loopscope.model.snapshot import (
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
            *(np.dtype(code).type for code in np.typecodes["All"] if code not in "OV"),
        ),
    )
)  # fmt: skip
_TUPLE = frozenset({id(tuple)})
_CONTAINERS = frozenset(map(id, (list, dict, set, OrderedDict)))
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

    Attributes:
        nodes: What was frozen so far.
        codes: The code objects of the functions among it.
        left: How many parts the value at hand may still have.
    """

    def __init__(
        self, memory: MemoryBook, layouts: dict[int, Layout], home: Mapping[str, object]
    ) -> None:
        self.nodes: list[object] = []
        self.codes: list[CodeType] = []
        self.left = 0
        self._shallow = False
        self._empty = 0
        self._memory = memory
        self._layouts = layouts
        self.home = home
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
        self.left, self._shallow = left, shallow
        start, codes, stretches = len(self.nodes), len(self.codes), self._memory.num_stretches
        try:
            index = self.index(value)
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

    def index(self, value: object) -> int:
        """Return the index of a part; it is frozen when its turn comes."""
        known = self._known.get(id(value))
        if known is not None:
            return known
        self.left -= self._cost(value)
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

    def _cost(self, value: object) -> int:
        """How many parts it counts for: of empty containers, a dozen in every module, few do."""
        # The class says that it has a length.
        if id(type(value)) not in _CONTAINERS or len(value):  # type: ignore[arg-type]
            return 1
        self._empty += 1
        return self._empty % _CONSTANTS_A_PART == 0

    def all(self, values: Collection[object]) -> tuple[int, ...]:
        """Return the indices of all these parts."""
        if len(values) > self.left:
            raise TooManyError
        return tuple(map(self.index, values))

    def check_room(self, count: int) -> None:
        """Stop before a container is copied that is too large even if all in it is constant."""
        if count // _CONSTANTS_A_PART > self.left:
            raise TooManyError

    def constant(self, items: Collection[object], depth: int = 3) -> bool:
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
        return self.constant(list(inner), depth - 1)

    def plain_hash(self, key: object) -> bool:
        """Whether a key can be hashed before the rest of the snapshot is rebuilt."""
        cls = type(key)
        if id(cls) in _CONSTANTS or id(cls) in _HASHED_BY_ID:
            return True
        if cls is tuple:
            return self.constant((key,))
        return parts_of(cls) is None and self._layout(cls).plain_hash

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
            take_apart = parts_of(cls)
            if take_apart is not None:
                return take_apart(self, value)
            if id(cls) in _TENSORS:
                return self._tensor(index, value)
            if cls is np.ndarray:
                # The class says that it is an array.
                return self._memory.array(value)  # type: ignore[arg-type]
            return self._instance(value, cls)
        except TooManyError:
            raise
        except Exception as error:  # whatever it is, the user's program must not see it
            return Unkept(f"could not be read ({type(error).__name__})")

    def _tensor(self, index: int, value: Any) -> object:  # noqa: ANN401 (of any type)
        node = self._memory.tensor(value, self.index)
        if isinstance(node, FrozenTensor) and value._is_view():
            self._views.append((index, value._base))
        return node

    def _instance(self, value: object, cls: type) -> object:
        layout = self._layout(cls)
        match layout.kind:
            case Kind.CONSTANT:
                return Given(value)
            case Kind.UNKEPT:
                return Unkept(layout.reason)
            case Kind.TUPLE:
                # The class says that it is a tuple.
                return FrozenSequence(cls, self.all(tuple(tuple.__iter__(value))))  # type: ignore[arg-type]
            case Kind.SHARED:
                return _shared(value)
        if self._shallow:
            return Unkept("not read by the loop")
        attributes = layout.attributes(value) if layout.attributes else {}
        # As dicts: a class may have put a mapping of its own in their place.
        names, values = list(dict.keys(attributes)), tuple(dict.values(attributes))
        slots = {}
        for name, member in layout.slots:
            try:
                slots[name] = self.index(member.__get__(value))
            except AttributeError:  # never set
                continue
        return FrozenObject(cls, dict(zip(names, self.all(values), strict=True)), slots)

    def _layout(self, cls: type) -> Layout:
        layout = self._layouts.get(id(cls))
        if layout is None:
            layout = self._layouts[id(cls)] = read_layout(cls)
        return layout


# Constants cost a tenth of what a node costs, and less.
_CONSTANTS_A_PART = 10


def _shared(value: object) -> object:
    try:
        return Shared(weakref.ref(value))
    except TypeError:
        return Unkept("an object that can be neither copied nor referred to")
