"""How the built-in containers and callables are taken apart, without code of the user's."""

from __future__ import annotations

import functools
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from loopscope.model.snapshot import (
    FrozenBuiltinMethod,
    FrozenCall,
    FrozenCell,
    FrozenConstants,
    FrozenFunction,
    FrozenMapping,
    FrozenSequence,
    Given,
    Unkept,
)

if TYPE_CHECKING:
    from loopscope.capture.freeze import Freezer


def parts_of(cls: type) -> Callable[[Freezer, Any], object] | None:
    """Return what freezes values of exactly this type; ``None`` if it is none of these."""
    return _BY_ID.get(id(cls))


def _sequence(freezer: Freezer, value: Any) -> object:  # noqa: ANN401 (of any type)
    freezer.check_room(len(value))
    cls, items = type(value), tuple(value)
    if freezer.constant(items):
        return items if cls is tuple else FrozenConstants(cls, items)
    if cls in (set, frozenset) and not all(map(freezer.plain_hash, items)):
        return Unkept("a set of objects with a hash of their own")
    return FrozenSequence(cls, freezer.all(items))


def _deque(freezer: Freezer, value: deque[object]) -> object:
    return FrozenSequence(deque, freezer.all(tuple(value)), value.maxlen)


def _mapping(freezer: Freezer, value: Any) -> object:  # noqa: ANN401 (of any type)
    cls = type(value)
    freezer.check_room(dict.__len__(value))
    keys = tuple(dict.keys(value))
    if not keys and cls in _EMPTY:
        return _EMPTY[cls]
    if not all(map(freezer.plain_hash, keys)):
        return Unkept("a dict whose keys have a hash of their own")
    # An OrderedDict has an order of its own; other kinds are asked as dicts.
    items = tuple(value.items() if cls is OrderedDict else dict.items(value))
    values = tuple(item[1] for item in items)
    if cls is not defaultdict and freezer.constant(keys) and freezer.constant(values):
        return FrozenConstants(cls, items)
    factory = value.default_factory if cls is defaultdict else None
    return FrozenMapping(
        cls,
        freezer.all(tuple(item[0] for item in items)),
        freezer.all(values),
        None if factory is None else freezer.index(factory),
    )


def _slice(freezer: Freezer, value: slice) -> object:
    return FrozenCall(slice, freezer.all((value.start, value.stop, value.step)))


def _method(freezer: Freezer, value: MethodType) -> object:
    return FrozenCall(MethodType, freezer.all((value.__func__, value.__self__)))


def _builtin(freezer: Freezer, value: BuiltinFunctionType) -> object:
    owner = value.__self__
    if owner is None or issubclass(type(owner), type | ModuleType):
        return Given(value)
    return FrozenBuiltinMethod(freezer.index(owner), value.__name__)


def _partial(freezer: Freezer, value: functools.partial[object]) -> object:
    return FrozenCall(functools.partial, freezer.all((value.func, value.args, value.keywords)))


def _weakref(freezer: Freezer, value: weakref.ref[object]) -> object:
    target = value()
    if target is None:
        return Unkept("a weak reference whose object is gone")
    return FrozenCall(weakref.ref, (freezer.index(target),))


def _cell(freezer: Freezer, value: CellType) -> object:
    try:
        content = value.cell_contents
    except ValueError:
        return FrozenCell(None)
    return FrozenCell(freezer.index(content))


def _function(freezer: Freezer, value: FunctionType) -> object:
    if value.__globals__ is not freezer.home:
        return Given(value)
    freezer.codes.append(value.__code__)
    return FrozenFunction(
        value.__code__,
        value.__name__,
        value.__qualname__,
        None if value.__defaults__ is None else freezer.index(value.__defaults__),
        None if value.__kwdefaults__ is None else freezer.index(value.__kwdefaults__),
        freezer.all(value.__closure__ or ()),
    )


_EMPTY: dict[type, FrozenConstants] = {
    cls: FrozenConstants(cls, ()) for cls in (dict, OrderedDict)
}
# By id: a dict keyed by class would call the ``__hash__`` of a metaclass of the user's.
_BY_ID: dict[int, Callable[[Freezer, Any], object]] = {
    id(cls): freeze
    for freeze, classes in {
        _sequence: (list, tuple, set, frozenset),
        _mapping: (dict, OrderedDict, defaultdict, Counter),
        _deque: (deque,),
        _slice: (slice,),
        _method: (MethodType,),
        _builtin: (BuiltinFunctionType,),
        _function: (FunctionType,),
        _partial: (functools.partial,),
        _weakref: (weakref.ref,),
        _cell: (CellType,),
    }.items()
    for cls in classes
}
