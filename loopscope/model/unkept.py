"""How one value that cannot be kept makes those that hold it unusable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from loopscope.model.snapshot import (
    FrozenBuiltinMethod,
    FrozenCall,
    FrozenFunction,
    FrozenMapping,
    FrozenSequence,
    FrozenTensor,
)


def spread(nodes: Sequence[object], unkept: Mapping[int, str]) -> dict[int, str]:
    """Return all nodes that cannot be had without the unkept ones, with the reason.

    A container needs every item, a view its base. An object does without an attribute, a
    variable of a closure may be unset, a leaf may be without its gradient.
    """
    holders = defaultdict(list)
    for index, node in enumerate(nodes):
        for item in _needs(node):
            holders[item].append(index)
    reasons = dict(unkept)
    waiting = list(unkept)
    while waiting:
        index = waiting.pop()
        for holder in holders[index]:
            if holder not in reasons:
                reasons[holder] = f"holds {reasons[index].removeprefix('holds ')}"
                waiting.append(holder)
    return reasons


def _needs(node: object) -> tuple[int, ...]:
    match node:
        case FrozenSequence(items=items) | FrozenCall(arguments=items):
            return items
        case FrozenMapping(keys=keys, values=values, factory=factory):
            return keys + values + (() if factory is None else (factory,))
        case FrozenFunction(defaults=defaults, keyword_defaults=keywords):
            return tuple(index for index in (defaults, keywords) if index is not None)
        case FrozenBuiltinMethod(owner=owner):
            return (owner,)
        case FrozenTensor(base=int(base)):
            return (base,)
        case _:
            return ()
