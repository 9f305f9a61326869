"""Stores at all places that an iteration's own list of indices names."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.groups.filled_groups import is_filled
from loopscope.vectorize.groups.joined import (
    assume_no_repeats,
    assume_not_negative,
    at_rows,
    joined_items,
    lists_of,
)
from loopscope.vectorize.groups.members import spread
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.counts import write_count
from loopscope.vectorize.stores.interleaved import refuse_interleaved
from loopscope.vectorize.value import NotLiftable, Value

_OPERATORS = {"add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult()}


def write_at_items(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store into ``out[i, items[i]]``.

    Raises:
        NotLiftable: Iterations overwrite each other, or what is stored is not understood.
    """
    refuse_interleaved(lifter, store)
    listed = _listed(store)
    members = listed.members
    if members is None or members.outer or members.edges is not None or members.where is not None:
        raise NotLiftable("a store at a group's indices")
    if store.nest != (members.axis,):
        raise NotLiftable("a store that other loops repeat")
    places = list(store.places)
    while places[-1].fixed is not None and code.is_full(places[-1].fixed):
        places.pop()
    index = [at_rows(p, members) for p in places]
    rank = 1 + store.seen.rank - len(index)
    value = joined_items(lifter, store.value) if store.value.ragged else store.value
    form = store_form(store)
    apart = any(p.counter is not None for p in places)
    if form and form not in _OPERATORS:
        raise NotLiftable("an update at a group's indices")
    if apart and value.members is not None and not _same_places(value, index):
        assume_no_repeats(lifter, lists_of(lifter, listed), among_all=False)
    elif not apart and form:
        assume_no_repeats(lifter, lists_of(lifter, listed), among_all=False)
        assume_not_negative(lifter, lists_of(lifter, listed))
    elif not apart and not value.is_fixed and not _same_places(value, index):
        assume_no_repeats(lifter, lists_of(lifter, listed), among_all=True)
    stored = _at_each(value, members, rank)
    if stored.kind == "tensor" and stored.dtype and stored.dtype != store.seen.dtype:
        stored = cast(stored, store.seen.dtype)
    if store.guard is not None and not is_filled(lifter, store.guard, members):
        index, stored = _where(lifter, store.guard, members, index, stored, fixed=value.is_fixed)
    if form and not apart:
        return [_accumulated(lifter, store, index, stored, form, varies=not value.is_fixed)]
    lifter.finished.add(store.base)
    lifter.used_ops += ["Tensor.index_put_", "Tensor.scatter_", "advanced_indexing"]
    target = code.subscript(code.attribute(store.base), index)
    if not form:
        return [code.assignment(target, stored.code)]
    return [ast.AugAssign(code.stored(target), _OPERATORS[form], stored.code)]


def _listed(store: Store) -> Value:
    for place in store.places:
        if place.index is not None and place.index.members is not None:
            return place.index
    raise NotLiftable("a store at no group's indices")


def _at_each(value: Value, members: Members, rank: int) -> Value:
    """The value for each of all places."""
    if value.is_fixed:
        if value.rank >= rank or value.list_of is not None or value.parts is not None:
            raise NotLiftable("a tensor is stored at a group's indices")
        return value
    found = spread(value, members, rank)
    if not found.is_fixed or (value.members is not None and value.rank != rank):
        raise NotLiftable("a tensor is stored at a group's indices")
    return found


def _same_places(value: Value, index: list[ast.expr]) -> bool:
    """Whether ``x[e, ids]`` goes to ``y[e, ids]``: a place that is named twice gets the same."""
    wanted = ", ".join(code.text(i) for i in index)
    match value.code:
        case ast.Subscript(slice=ast.Tuple(elts=elts)):
            return ", ".join(code.text(e) for e in elts) == wanted
        case ast.Subscript(slice=one):
            return code.text(one) == wanted
        case _:
            return False


def _where(
    lifter: Lifter,
    guard: Value,
    members: Members,
    index: list[ast.expr],
    stored: Value,
    *,
    fixed: bool,
) -> tuple[list[ast.expr], Value]:
    """Places and values of those iterations in which the guard holds."""
    if guard.axes != (members.axis,) or guard.rank or guard.carry is not None:
        raise NotLiftable("a test of a group's rows")
    held = code.subscript(guard.code, [members.owner])
    kept = lifter.bind("kept", Value(held, rank=1, dtype="bool")).code
    moving = [i if isinstance(i, ast.Constant) else code.subscript(i, [kept]) for i in index]
    return moving, stored if fixed else replace(stored, code=code.subscript(stored.code, [kept]))


def _accumulated(
    lifter: Lifter, store: Store, index: list[ast.expr], stored: Value, form: str, *, varies: bool
) -> ast.stmt:
    """``out[ids] += value``: places that several iterations name get all of their values."""
    if form == "mul":
        raise NotLiftable("a product at a group's indices")
    made = ast.UnaryOp(ast.USub(), stored.code) if form == "sub" else stored.code
    if stored.kind == "number" and not varies and store.seen.rank == 1:
        (place,) = store.places
        counted = Value(index[0], store.nest, 0, "tensor", "int64")
        once = replace(store, places=(replace(place, index=counted),))
        return write_count(lifter, once, index[0], replace(stored, code=made))
    lifter.finished.add(store.base)
    base = code.attribute(store.base)
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.bincount"]
    if not varies and stored.kind == "number":
        made = code.call("torch.tensor", made, dtype=code.attribute(f"torch.{store.seen.dtype}"))
    elif len(index) == 1 and varies:
        return ast.Expr(code.method(base, "index_add_", code.const(0), index[0], made))
    places = code.tuple_of(index)
    return ast.Expr(code.method(base, "index_put_", places, made, accumulate=True))
