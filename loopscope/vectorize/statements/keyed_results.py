"""A dict that is given one number, or several, under each iteration's own key."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.keyed import KEYED
from loopscope.vectorize.value import NotLiftable, Value


def note_keyed(lifter: Lifter, target: ast.Subscript, value: ast.expr) -> bool:
    """Note ``stats[int(g)] = float(v.mean())``; ``False`` where the target is no new dict.

    Raises:
        NotLiftable: Its keys or values are no Python numbers.
    """
    base = dotted(target.value)
    made, seen = lifter.initial.get(base), lifter.what(target.value)
    if made is None or not made.is_dict or seen is None:
        return False
    axes = tuple(lifter.axes)
    if lifter.guard is not None or len(axes) != 1 or any(s.base == base for s in lifter.stores):
        raise NotLiftable(f"{base} is filled under a test, or in several places")
    key, found = lifter.lift(target.slice), lifter.lift(value)
    of_keys = lifter.what(target.slice)
    if not _is_number(key) and (of_keys is None or of_keys.kind != "number" or key.rank):
        raise NotLiftable(f"the keys of {base} are no numbers")
    if not all(map(_is_number, found.parts or (found,))):
        raise NotLiftable(f"{base} holds more than numbers")
    place = Place(0, index=key)
    lifter.stores.append(Store(target, base, found, None, None, (place,), axes, seen, KEYED))
    return True


def _is_number(value: Value) -> bool:
    plain = value.carry is None and value.members is None and value.mask is None
    return plain and not value.rank and (value.python or value.kind == "number")
