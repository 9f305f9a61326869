"""Stores into what each iteration makes anew: ``row = torch.zeros(k)``, ``row[j] = 1``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.pending import is_pending
from loopscope.vectorize.place import Place
from loopscope.vectorize.statements.changed_spans import change_span
from loopscope.vectorize.statements.dropped_places import fill_places
from loopscope.vectorize.subscripts.places import read_places
from loopscope.vectorize.value import NotLiftable, Value, align, expand

_FACTORIES = {"torch.zeros", "torch.ones", "torch.empty"}

_VIEWS = {
    "view", "reshape", "transpose", "movedim", "permute", "squeeze", "unsqueeze", "expand",
    "flatten", "unflatten", "select", "narrow", "unfold", "unbind", "detach", "float", "double",
    "long", "int", "to", "contiguous", "t", "swapaxes", "expand_as", "view_as", "diagonal",
}  # fmt: skip


def change_row(
    lifter: Lifter, target: ast.Subscript, value: Value, op: ast.operator | None
) -> bool:
    """Write the store at once, into the rows of all iterations; ``False`` where it is another's.

    Raises:
        NotLiftable: The place or the value has no form that we know.
    """
    base = dotted(target.value)
    known = lifter.env.get(base)
    if known is None or lifter.made_in.get(base) != len(lifter.axes) or not lifter.axes:
        return False
    if known.kind != "tensor" or known.carry is not None or not _is_new(lifter, known):
        return False
    if value.carry is not None or value.list_of is not None or value.mask is not None:
        return False
    plain = op is None and lifter.guard is None
    if plain and fill_places(lifter, base, known, target.slice, value):
        return True
    places = read_places(lifter, target.slice, known.rank, crops=True)
    axes = tuple(lifter.axes)
    index = _mask(places, known, value, axes) if op is None else None
    index = index or _index(places, axes)
    if lifter.guard is not None:
        return False
    if index is None:
        return op is None and change_span(lifter, base, known, places, value)
    parts, taken = index
    rank = known.rank - taken
    if value.rank > rank or not set(value.axes) <= set(axes):
        return False
    rows = _rows(lifter, base, known, axes)
    place = code.stored(code.subscript(rows.code, parts))
    made = align(value, axes, rank)
    lifter.used_ops += ["advanced_indexing", "Tensor.scatter_"] * any(p.index for p in places)
    lifter.statements.append(
        ast.Assign([place], made) if op is None else ast.AugAssign(place, op, made)
    )
    lifter.env[base] = rows
    return True


def _is_new(lifter: Lifter, value: Value) -> bool:
    """Whether nothing else has the memory of what an iteration made."""
    match lifter.defined(value.code):
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _VIEWS:
            return False
        case ast.Call() | ast.BinOp() | ast.UnaryOp() | ast.Compare():
            return True
        case ast.Name(id=name):
            return name in lifter.made
        case _:
            return False


def _rows(lifter: Lifter, base: str, known: Value, axes: tuple[Axis, ...]) -> Value:
    """The rows of all iterations, under a name of our own."""
    defined = lifter.defined(known.code)
    if known.axes == axes and isinstance(known.code, ast.Name) and known.code.id in lifter.made:
        return replace(known, counter=None, fill=None, factors=None)
    made = _made_at_once(defined, axes) if not known.axes else None
    forgotten = _forget(lifter, base, known)
    if made is None:
        whole = expand(replace(known, code=defined) if forgotten else known, axes)
        made = whole.code if known.axes == axes else code.method(whole.code, "clone")
    plain = Value(made, axes, known.rank, "tensor", known.dtype, known.shape)
    return lifter.bind(base, plain)


def _forget(lifter: Lifter, base: str, known: Value) -> bool:
    """Take back the statement that made one row, where nothing else reads it."""
    last = lifter.statements[-1:]
    match last, known.code:
        case [ast.Assign(targets=[ast.Name(id=made)])], ast.Name(id=own) if made == own:
            if own in lifter.made and not is_pending(lifter, own, base, ()):
                lifter.statements.pop()
                lifter.taken.discard(own)
                return True
        case _:
            pass
    return False


def _made_at_once(node: ast.expr, axes: Sequence[Axis]) -> ast.expr | None:
    """``torch.zeros(k)`` of each iteration as ``torch.zeros(n, k)``."""
    sizes = [axis.size for axis in axes]
    match node:
        case ast.Call(func=function, args=[ast.Tuple(elts=shape), *rest], keywords=keywords) if (
            dotted(function) in (*_FACTORIES, "torch.full")
        ):
            return ast.Call(function, [code.tuple_of([*sizes, *shape]), *rest], keywords)
        case ast.Call(func=function, args=[*shape], keywords=keywords) if (
            dotted(function) in _FACTORIES
        ):
            return ast.Call(function, [*sizes, *shape], keywords)
        case _:
            return None


def _index(places: Sequence[Place], axes: tuple[Axis, ...]) -> tuple[list[ast.expr], int] | None:
    """The subscript of the rows, and how many dimensions of an item it takes away."""
    moving = [p for p in places if p.index is not None or p.counter is not None]
    if any(p.window is not None or p.span is not None or p.dim < 0 for p in places):
        return None
    if not moving:
        front: list[ast.expr] = [code.FULL] * len(axes)
        fixed = [p.fixed or code.FULL for p in places]
        return [*front, *fixed], sum(p.drops for p in places)
    if list(places[: len(moving)]) != moving:
        return None  # what indices stand behind a slice comes first: left alone
    values = [_index_of(place) for place in moving]
    if any(v.rank or v.dtype == "bool" or v.carry is not None for v in values):
        return None
    owners = [counter_value(Counter(axis, -axis.start)) for axis in axes]
    indices = [align(v, axes, 0) for v in (*owners, *values)]
    rest = [p.fixed or code.FULL for p in places[len(moving) :]]
    return [*indices, *rest], len(moving) + sum(p.drops for p in places[len(moving) :])


def _mask(
    places: Sequence[Place], known: Value, value: Value, axes: tuple[Axis, ...]
) -> tuple[list[ast.expr], int] | None:
    """``row[row > t] = 0``: the same number wherever the mask holds."""
    mask = places[0].index
    if len(places) != 1 or mask is None or mask.dtype != "bool" or mask.rank != known.rank:
        return None
    if mask.axes != axes or mask.carry is not None or mask.selects is not None:
        return None
    plain = value.is_fixed and value.kind == "number"
    return ([mask.code], known.rank) if plain else None


def _index_of(place: Place) -> Value:
    if place.index is not None:
        return place.index
    if place.counter is None:
        raise NotLiftable("a store at a place that is not understood")
    return counter_value(place.counter)
