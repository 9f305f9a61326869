"""Subscripts: counters become slices, values read from data become index tensors."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.each_item import key_of_each
from loopscope.vectorize.groups.joined import item_of_list, items_of, joined_items
from loopscope.vectorize.groups.lookups import is_table, look_up
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.list_as_tensor import array_as_tensor, list_as_tensor
from loopscope.vectorize.normal_form.columns import column_key
from loopscope.vectorize.ops.ensembles import module_class
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.picked import pick, picked
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.crops import as_windows
from loopscope.vectorize.subscripts.cut_windows import cut_window
from loopscope.vectorize.subscripts.digits import split_digits
from loopscope.vectorize.subscripts.gathers import gather
from loopscope.vectorize.subscripts.kept_inside import kept_inside
from loopscope.vectorize.subscripts.places import needs_index, read_places
from loopscope.vectorize.subscripts.rolled import roll_dimensions
from loopscope.vectorize.subscripts.rows import (
    behind_rows,
    chosen_rows,
    narrowed,
    rows_by_index,
    rows_named,
    rows_of_group,
)
from loopscope.vectorize.subscripts.slices import read_slices
from loopscope.vectorize.subscripts.spanned import read_span
from loopscope.vectorize.subscripts.stored_elements import stored_element
from loopscope.vectorize.subscripts.strided import as_strides
from loopscope.vectorize.subscripts.sums import as_sums, wraps_around
from loopscope.vectorize.value import NotLiftable, Value


def lift_subscript(lifter: Lifter, node: ast.Subscript) -> Value:
    """Return the value of ``base[…]``."""
    stored = stored_element(lifter, node)
    if stored is not None:
        return _sized(lifter, node, stored)
    base = lifter.lift(node.value)
    if base.carry is not None:
        raise NotLiftable(f"{base.carry.name} of one iteration is read by the next")
    if base.parts is not None:
        number = code.integer(node.slice)
        if number is None:
            raise NotLiftable(f"{code.text(node)} picks an item by a value")
        return base.parts[number]
    if base.list_of is not None:
        return _item_of_list(lifter, node, base)
    if base.kind == "other" and base.is_fixed and not base.ragged:
        item = item_of_list(lifter, node, base)
        if item is not None:
            return item
        named = _entry(lifter, node, base)
        if named is not None:
            return named
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            fixed = ast.Slice(*(None if p is None else lifter.fixed(p) for p in parts))
            return lifter.typed(node, code.subscript(base.code, [fixed]))
        index = lifter.lift(node.slice)
        if _fixed_index(index):
            return lifter.typed(node, code.subscript(base.code, [index.code]))
        if is_table(lifter, node.value):
            return look_up(lifter, node.value, index)
        if kind := module_class(lifter.what(node.value)):
            return _module(lifter, base, index, kind)
    if base.ragged and not base.python:
        base = joined_items(lifter, base)
    elif base.kind == "other":
        base = _named_column(lifter, node.value, list_as_tensor(lifter, node.value, base, node))
    if base.mask is not None and isinstance(node.slice, ast.Name | ast.Compare | ast.UnaryOp):
        fewer = narrowed(lifter, base, lifter.lift(node.slice))
        if fewer is not None:
            return fewer
    if base.is_fixed and isinstance(node.slice, ast.Name | ast.Subscript):
        named = rows_named(base, lifter.lift(node.slice))
        if named is not None:
            return named
    places = read_places(lifter, node.slice, base.rank, steps=True, seen=lifter.what(node))
    if base.is_fixed and all(p.fixed is not None for p in places):
        made = code.subscript(base.code, [p.fixed for p in places if p.fixed])
        if lifter.what(node) is None and all(p.drops for p in places):  # it never ran
            return Value(made, (), base.rank - len(places), base.kind, base.dtype)
        return lifter.typed(node, made)
    base = array_as_tensor(lifter, base)
    if any(p.index is not None and p.index.selects is not None for p in places):
        return rows_of_group(lifter, node, base, places)
    if any(p.index is not None and p.index.members is not None for p in places):
        return rows_by_index(lifter, node, base, places)
    if base.members is not None or base.mask is not None:
        return behind_rows(lifter, node, base, places)
    if any(p.span is not None for p in places):
        return read_span(lifter, node, base, places)
    chosen = chosen_rows(*_at_mask(lifter, base, places))
    if chosen is not None:
        return chosen
    if any(p.index is not None and p.index.dtype == "bool" for p in places):
        raise NotLiftable(f"{code.text(node)} has a length that differs between iterations")
    seen = lifter.what(node)
    cut = cut_window(lifter, base, places, seen)
    if cut is not None:
        return cut
    base, places = as_windows(lifter, base, places, lifter.what(node.value))
    base, places = split_digits(lifter, base, places)
    base, places = roll_dimensions(lifter, base, places)
    places = as_sums(lifter, base, as_strides(base, places))
    if needs_index(base, places) or any(wraps_around(lifter, p) for p in places):
        whole = gather(lifter, base, kept_inside(lifter, base, places))
    else:
        whole = read_slices(lifter, base, places, seen)
    if seen is not None and seen.kind == "tensor":
        typed = _typed(whole, seen)
        rows = _all_rows(lifter, base, places, seen)
        return typed if rows is None else pick(typed, *rows)
    if seen is not None and seen.kind == "number":
        return replace(whole, python=True)
    return whole if seen is None or seen.kind != "array" else _typed(whole, seen)


def _named_column(lifter: Lifter, node: ast.expr, whole: Value) -> Value:
    """``gains`` for the list of every dict's ``gain``, written once."""
    key, text = column_key(node), code.text(whole.code)
    if not key:
        return whole
    if text not in lifter.owners:
        lifter.owners[text] = lifter.bind(plural(key) if key.isidentifier() else "column", whole)
    return lifter.owners[text]


def _at_mask(
    lifter: Lifter, base: Value, places: Sequence[Place]
) -> tuple[Value, Sequence[Place]]:
    """``x[i, mask]`` as ``x[i][mask]``."""
    *before, last = places
    is_mask = last.index is not None and last.index.dtype == "bool"
    if not before or not is_mask or any(p.counter is None or p.window for p in before):
        return base, places
    return read_slices(lifter, base, before, None), [replace(last, dim=0)]


def _sized(lifter: Lifter, node: ast.Subscript, value: Value) -> Value:
    """The value with the sizes that were seen, where it knows none itself."""
    seen = lifter.what(node)
    if seen is None or len(seen.shape) != value.rank or any(s is not None for s in value.shape):
        return value
    return replace(value, shape=seen.shape)


def _typed(whole: Value, seen: Seen) -> Value:
    return replace(whole, shape=seen.shape, dtype=seen.dtype or whole.dtype, rank=seen.rank)


def _all_rows(
    lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen
) -> tuple[Value, tuple[str, ...], tuple[str, ...]] | None:
    """What a triangle of pairs picks rows of, by which index, and what that takes for granted."""
    moving = [p for p in places if p.index is not None or p.counter is not None]
    index = moving[0].index if len(moving) == 1 and base.is_fixed else None
    found = picked(index) if index is not None else None
    if found is None or found.rows.counter is None:
        return None
    counter, first = found.rows.counter, len(lifter.guards)
    straight = [replace(p, index=None, counter=counter) if p.index else p for p in places]
    rows = _typed(read_slices(lifter, base, straight, seen), seen)
    guards = tuple(lifter.guards[first:])
    del lifter.guards[first:]
    return rows, found.index, guards


def _module(lifter: Lifter, base: Value, index: Value, kind: str) -> Value:
    """``models[i]`` of all models."""
    counter = index.counter
    if counter is None or counter.sign != 1 or counter.also is not None:
        raise NotLiftable(f"a module of {code.text(base.code)} picked by a value")
    axis = counter.axis
    if axis.step != 1 or axis.reverse or not (axis.start + counter.offset).is_zero:
        raise NotLiftable(f"some modules of {code.text(base.code)} only")
    if code.text(axis.size) != f"len({code.text(base.code)})":
        lifter.assume(f"len({code.text(base.code)}) == {code.text(axis.size)}")
    return replace(base, axes=(axis,), modules=kind, item="module")


def _entry(lifter: Lifter, node: ast.Subscript, base: Value) -> Value | None:
    """``old[name]`` of every name; ``None`` for any other subscript."""
    keys, seen = key_of_each(lifter, node.slice), lifter.what(node)
    if keys is None or seen is None or not isinstance(keys.code, ast.ListComp):
        return None
    items = items_of(lifter, base, seen, keys.item)
    if items is None:
        raise NotLiftable(f"{code.text(node)} is no tensor")
    entry = code.subscript(base.code, [keys.code.elt])
    listed = ast.ListComp(elt=entry, generators=keys.code.generators)
    return replace(items, code=listed, axes=keys.axes)


def _item_of_list(lifter: Lifter, node: ast.Subscript, base: Value) -> Value:
    whole = list_tensor(lifter, base)
    number = code.integer(node.slice)
    if number is None:
        raise NotLiftable("an item of a list that the loop fills")
    front = [code.FULL] * len(whole.axes)
    made = code.subscript(whole.code, [*front, code.const(number)])
    return replace(whole, code=made, rank=whole.rank - 1, shape=whole.shape[1:])


def _fixed_index(index: Value) -> bool:
    return (
        index.is_fixed
        and index.list_of is None
        and all(_fixed_index(p) for p in index.parts or ())
    )
