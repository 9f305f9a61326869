"""What an iteration stores, and where."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.model.seen import Seen
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class Store:
    """``base[index] = value`` of every iteration in which ``guard`` holds.

    Attributes:
        op: ``None`` for ``=``, else the operator of ``op=``.
        places: What each subscript takes.
        nest: Loops around the store, outermost first.
        seen: What the stored-to tensor was.
        form: Of an update that was written as an assignment: ``add``, ``max``, ….
        listed: The target is a Python list of numbers.
        blocks: Dimensions of the target that are stored to in blocks: these are split in two.
    """

    target: ast.Subscript
    base: str
    value: Value
    op: ast.operator | None
    guard: Value | None
    places: tuple[Place, ...]
    nest: tuple[Axis, ...]
    seen: Seen
    form: str = ""
    listed: bool = False
    blocks: tuple[tuple[int, ast.expr, ast.expr], ...] = ()


def store_form(store: Store) -> str:
    """Return how a store updates what is there; ``""`` where it replaces it."""
    match store.op:
        case None:
            return store.form
        case ast.Add():
            return "add"
        case ast.Sub():
            return "sub"
        case ast.Mult():
            return "mul"
        case ast.BitOr():
            return "or"
        case ast.BitAnd():
            return "and"
        case _:
            return "other"


def moved_axes(places: tuple[Place, ...]) -> tuple[Axis, ...]:
    """Return the loops that move a store."""
    found: list[tuple[Axis, ...]] = []
    for place in places:
        if place.counter is not None:
            found.append((place.counter.axis,))
        elif place.index is not None:
            found.append(place.index.axes)
    return union(found)
