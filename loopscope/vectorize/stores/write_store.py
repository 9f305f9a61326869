"""What the loop stored, written at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.blocks import has_digits, split_blocks
from loopscope.vectorize.stores.crops import has_crops, write_crops
from loopscope.vectorize.stores.groups import write_group
from loopscope.vectorize.stores.item_places import write_at_items
from loopscope.vectorize.stores.keyed import KEYED, write_keyed
from loopscope.vectorize.stores.named import NAMED, write_named
from loopscope.vectorize.stores.number_lists import write_number_list
from loopscope.vectorize.stores.overlapping import overlaps, write_overlapping
from loopscope.vectorize.stores.repeats import reduce_repeats
from loopscope.vectorize.stores.scans import as_scan
from loopscope.vectorize.stores.scatters import write_scatter
from loopscope.vectorize.stores.slices import write_slice
from loopscope.vectorize.stores.spans import write_span
from loopscope.vectorize.subscripts.places import needs_index
from loopscope.vectorize.subscripts.strided import as_strides
from loopscope.vectorize.value import NotLiftable, Value


def write_store(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements that do what a store of every iteration did.

    Raises:
        NotLiftable: Iterations overwrite each other, or the order matters.
    """
    if store.guard is not None and store.guard.carry is not None:
        raise NotLiftable("a test of a carried variable")
    if store.form == KEYED:
        return [write_keyed(lifter, store)]
    if store.form == NAMED:
        return [write_named(lifter, store)]
    if store.listed:
        return [write_number_list(lifter, store)]
    if any(p.index is not None and p.index.selects is not None for p in store.places):
        return write_group(lifter, store)
    if any(p.index is not None and p.index.members is not None for p in store.places):
        return write_at_items(lifter, _as_update(lifter, store))
    if any(p.span is not None for p in store.places):
        return write_span(lifter, store)
    if has_crops(store):
        return write_crops(lifter, _as_update(lifter, store))
    if any(map(overlaps, store.places)):
        return write_overlapping(lifter, store)
    digits = [p for p in store.places if has_digits(p, store.seen.shape)]
    if digits or any(p.window is not None for p in store.places):
        store = split_blocks(lifter, store)
    store = as_scan(lifter, store)
    store = _without_ones(_as_update(lifter, store))
    store = reduce_repeats(lifter, store)
    target = Value(ast.Name(id=store.base))
    store = replace(store, places=tuple(as_strides(target, store.places)))
    if needs_index(target, store.places):
        return write_scatter(lifter, store)
    return write_slice(lifter, store)


def _without_ones(store: Store) -> Store:
    """``out[i] = x[None]`` is ``out[i] = x``."""
    value = store.value
    whole = store.seen.rank - sum(p.dim >= 0 for p in store.places)
    more = value.rank - whole - sum(p.keeps for p in store.places)
    if more <= 0 or value.shape[:more] != (1,) * more or not value.axes:
        return store
    made = value.code
    for _ in range(more):
        made = code.without_one(made, len(value.axes))
    fewer = replace(value, code=made, rank=value.rank - more, shape=value.shape[more:])
    return replace(store, value=fewer)


def _as_update(lifter: Lifter, store: Store) -> Store:
    """``out[k] = out[k] + v`` is ``out[k] += v``."""
    carry = store.value.carry
    if carry is None:
        return store
    if carry.name != code.text(store.target) or store.op is not None:
        raise NotLiftable(f"{carry.name} of one iteration is read by the next")
    if carry.term is None or carry.form not in ("add", "mul", "max", "min", "or", "and"):
        raise NotLiftable(f"{store.base} is updated in a way that is not associative")
    return replace(store, value=carry.term, form=carry.form)
