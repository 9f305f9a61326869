"""Rows whose number differs between iterations."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from loopscope.vectorize import code
from loopscope.vectorize.groups.joined import at_rows
from loopscope.vectorize.groups.members import assume_members
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.coordinates import end_of_places, one_coordinate
from loopscope.vectorize.place import Place
from loopscope.vectorize.span_masks import common_mask, with_mask_in
from loopscope.vectorize.value import NotLiftable, Value


def rows_of_group(
    lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]
) -> Value:
    """``x[owner == k]``: the rows of group ``k``."""
    base, places = _behind_fixed(base, places)
    first, *rest = places
    if first.index is None and len(places) == 2 and not base.axes:
        return _of_each(lifter, base, places)
    if first.index is None or first.index.selects is None:
        raise NotLiftable("a mask that does not select rows")
    selects = first.index.selects
    if selects.deep != 1:
        base, selects = _flattened(base, selects)
    if any(p.fixed is None for p in rest) or base.axes != selects.outer:
        raise NotLiftable("a mask among other subscripts")
    front = [code.FULL] * len(base.axes) + [selects.where or code.FULL]
    made = code.subscript(base.code, [*front, *(p.fixed or code.FULL for p in rest)])
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    assume_members(lifter, selects)
    return Value(made, base.axes, rank, "tensor", base.dtype, (None,) * rank, members=selects)


def _flattened(base: Value, selects: Members) -> tuple[Value, Members]:
    """``image[labels == k]`` as ``image.flatten(0, 1)[labels.flatten() == k]``.

    Raises:
        NotLiftable: More is known of the mask than its groups.
    """
    plain = selects.where is None and selects.edges is None and not selects.outer
    if not plain or base.axes or base.rank < selects.deep:
        raise NotLiftable("a mask of several dimensions")
    whole, last = base.rank == selects.deep, code.const(selects.deep - 1)
    made = code.method(base.code, "flatten", *([] if whole else [code.const(0), last]))
    rank = base.rank - selects.deep + 1
    shape = (None, *base.shape[selects.deep :])
    owner = code.method(selects.owner, "flatten")
    flat = Value(made, (), rank, base.kind, base.dtype, shape)
    return flat, replace(selects, owner=owner, deep=1)


def _behind_fixed(base: Value, places: Sequence[Place]) -> tuple[Value, Sequence[Place]]:
    """``x[0, mask]`` as ``x[0][mask]``."""
    taken = list(takewhile(lambda p: p.drops and p.fixed is not None, places))
    if not taken or base.axes:
        return base, places
    made = code.subscript(base.code, [p.fixed for p in taken if p.fixed is not None])
    inner = replace(base, code=made, rank=base.rank - len(taken), shape=base.shape[len(taken) :])
    return inner, places[len(taken) :]


def _of_each(lifter: Lifter, base: Value, places: Sequence[Place]) -> Value:
    """``edges[:, owner == k]``: of each of the tensor's few rows those of group ``k``."""
    first, second = places
    selects, few = second.index.selects if second.index else None, base.shape[:1]
    if selects is None or first.fixed is None or not code.is_full(first.fixed):
        raise NotLiftable("a mask among other subscripts")
    if few == (None,) or selects.outer or selects.deep != 1 or base.rank != 2:
        raise NotLiftable("a mask among other subscripts")
    assume_members(lifter, selects)
    whole = base.code
    if selects.where is not None:
        whole = code.subscript(whole, [code.FULL, selects.where])
    parts = tuple(
        Value(
            code.subscript(whole, [code.const(k)]),
            (),
            1,
            "tensor",
            base.dtype,
            (None,),
            members=selects,
        )
        for k in range(few[0] or 0)
    )
    return Value(whole, kind="other", parts=parts)


def rows_by_index(
    lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]
) -> Value:
    """``table[ids[owner == k]]``: the rows that a group's indices name; so does ``x[k, ids]``."""
    members = next(p.index.members for p in places if p.index is not None and p.index.members)
    if members is None or members.outer or base.axes not in ((), (members.axis,)):
        raise NotLiftable("a group's indices among other subscripts")
    places = [*places]
    behind: list[ast.expr] = []
    while places[-1].fixed is not None and not places[-1].drops:
        behind.insert(0, places.pop().fixed or code.FULL)
    index = [members.owner] if base.axes else []
    index += [*(at_rows(p, members) for p in places), *behind]
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    lifter.used_ops.append("advanced_indexing")
    made = code.subscript(base.code, index)
    shape = (None, *seen.shape[1:]) if seen is not None else (None,) * rank
    return Value(made, (), rank, "tensor", base.dtype, shape, members=members)


def rows_named(base: Value, index: Value) -> Value | None:
    """``table[ids[i, :n]]``: the rows that indices name whose number differs."""
    plain = index.carry is None and index.members is None and index.boxed is None
    if index.mask is None or not plain or not index.dtype.startswith("int") or not base.rank:
        return None
    made = code.subscript(base.code, [index.code])
    rank, shape = index.rank + base.rank - 1, (*index.shape, *base.shape[1:])
    found = Value(made, index.axes, rank, "tensor", base.dtype, shape)
    return replace(found, mask=index.mask, masked=index.masked)


def chosen_rows(base: Value, places: Sequence[Place]) -> Value | None:
    """``x[i][mask[i]]``: the rows that each iteration's own mask takes."""
    first, *rest = places
    mask = first.index
    if mask is None or mask.dtype != "bool" or mask.mask or mask.members:
        return None
    if mask.rank == base.rank > 1:  # of all dimensions: elements in a row
        base, mask = _in_a_row(base), _in_a_row(mask)
    if mask.rank != 1:
        return None
    if base.rank < 1 or any(p.fixed is None or p.dim < 0 for p in rest):
        return None
    index = [*[code.FULL] * (len(base.axes) + 1), *(p.fixed or code.FULL for p in rest)]
    rank = base.rank - sum(p.drops for p in rest)
    made = code.subscript(base.code, index)
    shape = (None,) * rank
    return replace(base, code=made, rank=rank, shape=shape, mask=mask, counter=None, fill=None)


def narrowed(lifter: Lifter, base: Value, index: Value) -> Value | None:
    """``x[i, :n][test]``: of the items that a mask holds those for which a test holds, too."""
    if base.mask is None or index.mask is None or base.masked or index.masked:
        return None
    if index.dtype != "bool" or index.rank != 1 or index.carry is not None:
        return None
    common_mask(lifter, (base, index))
    held = with_mask_in(index)
    mask = Value(held.code, held.axes, 1, "tensor", "bool", (None,))
    return replace(base, mask=mask, shape=(None, *base.shape[1:]), zeroed=None)


def _in_a_row(value: Value) -> Value:
    made = code.method(value.code, "flatten", code.const(len(value.axes)))
    return replace(value, code=made, rank=1, shape=(None,), counter=None, fill=None)


def behind_rows(
    lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]
) -> Value:
    """Fixed subscripts behind the dimension whose length differs."""
    first, *rest = places
    if len(rest) == 1 and rest[0].drops and first.drops:  # ``places[-1, 0]``
        column = code.integer(rest[0].fixed) if rest[0].fixed else None
        base = (one_coordinate(base, column) if column is not None else None) or base
        rest = []
    end = end_of_places(base, first.fixed) if not rest else None
    if end is not None:
        return end
    if first.fixed is None or not code.is_full(first.fixed) or any(p.fixed is None for p in rest):
        raise NotLiftable("a subscript of a slice of differing length")
    number = code.integer(rest[0].fixed) if len(rest) == 1 and rest[0].fixed else None
    single = one_coordinate(base, number) if number is not None else None
    if single is not None:
        return single
    index = [*[code.FULL] * (len(base.axes) + 1), *(p.fixed or code.FULL for p in rest)]
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    return replace(base, code=code.subscript(base.code, index), rank=rank, shape=(None,) * rank)
