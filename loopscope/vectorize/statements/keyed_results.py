"""A dict that is given a number, a tensor, or several, under each iteration's own key."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.each_item import key_of_each
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.keyed import KEYED
from loopscope.vectorize.stores.named import NAMED
from loopscope.vectorize.value import NotLiftable, Value


def note_keyed(lifter: Lifter, target: ast.Subscript, value: ast.expr) -> bool:
    """Note ``stats[int(g)] = float(v.mean())``; ``False`` where the target is no new dict.

    Raises:
        NotLiftable: Its keys are no Python numbers, or its values no numbers and no tensors.
    """
    if _note_named(lifter, target, value):
        return True
    base = dotted(target.value)
    made, seen = lifter.initial.get(base), lifter.what(target.value)
    if made is None or not made.is_dict or seen is None:
        return False
    axes = tuple(lifter.axes)
    guard = lifter.guard
    if len(axes) != 1 or any(s.base == base for s in lifter.stores):
        raise NotLiftable(f"{base} is filled in several places")
    if guard is not None and not (guard.axes == axes and _is_plain(guard) and not guard.rank):
        raise NotLiftable(f"{base} is filled under a test")
    key, found = lifter.lift(target.slice), lifter.lift(value)
    of_keys = lifter.what(target.slice)
    if not _is_number(key) and (of_keys is None or of_keys.kind != "number" or key.rank):
        raise NotLiftable(f"the keys of {base} are no numbers")
    if not all(_is_number(p) or _is_tensor(p) for p in found.parts or (found,)):
        raise NotLiftable(f"{base} holds more than numbers and tensors")
    place = Place(0, index=key)
    lifter.stores.append(Store(target, base, found, None, guard, (place,), axes, seen, KEYED))
    return True


def _note_named(lifter: Lifter, target: ast.Subscript, value: ast.expr) -> bool:
    """Note ``report["grad/" + name] = norm.item()``; ``False`` where the key is no such name.

    Raises:
        NotLiftable: What is held by a name is more than a number, or the dict is read.
    """
    base, axes = dotted(target.value), tuple(lifter.axes)
    names, seen = key_of_each(lifter, target.slice), lifter.what(target.value)
    if names is None or not base or seen is None or len(axes) != 1:
        return False
    made = lifter.initial.get(base)
    if seen.value not in ("dict", "OrderedDict") or (made is not None and not made.is_dict):
        raise NotLiftable(f"{base} is no dict")
    around = ast.walk(lifter.outermost) if lifter.outermost is not None else ()
    uses = sum(isinstance(n, ast.Name | ast.Attribute) and dotted(n) == base for n in around)
    if lifter.guard is not None or uses != 1:
        raise NotLiftable(f"{base} is filled under a test, or in several places")
    found = _parts(lifter, value)
    for part in found.parts or (found,):
        plain = part.carry is None and part.members is None and part.mask is None
        if not plain or part.rank or part.axes != axes or part.kind == "other":
            raise NotLiftable(f"{base} holds more than numbers")
    place = Place(0, index=names)
    lifter.stores.append(Store(target, base, found, None, None, (place,), axes, seen, NAMED))
    return True


def _parts(lifter: Lifter, value: ast.expr) -> Value:
    match value:
        case ast.Dict(keys=keys, values=values) if all(isinstance(k, ast.Constant) for k in keys):
            parts = tuple(lifter.lift(v) for v in values)
        case ast.Tuple(elts=values) | ast.List(elts=values):
            parts = tuple(lifter.lift(v) for v in values)
        case _:
            return lifter.lift(value)
    return Value(value, kind="other", parts=parts)


def _is_number(value: Value) -> bool:
    return _is_plain(value) and not value.rank and (value.python or value.kind == "number")


def _is_tensor(value: Value) -> bool:
    odd = value.ragged or value.list_of is not None or value.counter is not None
    return _is_plain(value) and value.kind == "tensor" and not odd and not value.python


def _is_plain(value: Value) -> bool:
    return value.carry is None and value.members is None and value.mask is None
