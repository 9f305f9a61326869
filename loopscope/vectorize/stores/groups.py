"""Stores into the rows of a group."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.groups.members import assume_members, spread
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable


def write_group(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store into ``out[owner == k]``."""
    first, *rest = store.places
    if first.index is None or first.index.selects is None or any(p.fixed is None for p in rest):
        raise NotLiftable("a store into a mask")
    members = first.index.selects
    rows = store.value.members
    if members.where is not None or members.edges is not None or (rows and members.deep != 1):
        raise NotLiftable("a store into a mask")
    if store.op is not None or store.guard is not None or members.outer:
        raise NotLiftable("an update of a group's rows")
    value = spread(store.value, members, store.seen.rank)
    if value.axes:
        raise NotLiftable("a store that other loops repeat")
    assume_members(lifter, members)
    one_each = members.axis in store.value.axes
    lifter.used_ops += ["advanced_indexing"] * one_each
    filled = one_each and store.value.shape == store.seen.shape[members.deep :]
    if store.base in lifter.initial and not rest and (rows or filled):
        lifter.dropped.add(store.base)
        return [code.assignment(store.base, cast(value, store.seen.dtype).code)]
    front = [code.FULL, *(p.fixed or code.FULL for p in rest)]
    target = code.subscript(code.attribute(store.base), front)
    target = target if isinstance(target, ast.Subscript) else code.subscript_all(target)
    return [code.assignment(target, value.code)]
