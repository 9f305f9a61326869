"""Elements of a tensor that the loop stores to."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.stores.unique import assume_unique
from loopscope.vectorize.subscripts.gathers import gather
from loopscope.vectorize.subscripts.places import is_none, needs_index, read_places
from loopscope.vectorize.subscripts.rows import rows_by_index
from loopscope.vectorize.subscripts.slices import read_slices
from loopscope.vectorize.value import Carry, NotLiftable, Value


def stored_element(lifter: Lifter, node: ast.Subscript) -> Value | None:
    """An element of a tensor that the loop stores to, where its value is known."""
    base, text = dotted(node.value), code.text(node)
    known = lifter.contents.get(base, {}).get(text)
    if known is not None:
        return known
    if base not in lifter.written or base in lifter.env:
        return None
    known = lifter.contents.get(base, {}).get(code.text(without_new_axes(node)))
    if known is not None:
        return _with_new_axes(known, node)
    seen = lifter.what(node.value)
    if text in lifter.recurrent and seen is not None:
        places = read_places(lifter, node.slice, seen.rank)
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        name = f"{base} before"
        lifter.before_first[name] = node
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(name, "keep")
        )
    if text not in lifter.readable or seen is None or _is_stored(lifter, base, node):
        raise NotLiftable(f"{base} of one iteration is read by the next")
    whole = Value(node.value, (), seen.rank, "tensor", seen.dtype, seen.shape)
    places = read_places(lifter, node.slice, seen.rank)
    rows = [p.index.members for p in places if p.index is not None and p.index.members]
    if rows:
        if not any(p.counter is not None and p.counter.axis == rows[0].axis for p in places):
            raise NotLiftable(f"{base} of one iteration is read by the next")
        found = rows_by_index(lifter, node, whole, places)
        key = code.text(found.code)
        if key not in lifter.owners:
            lifter.owners[key] = lifter.bind("picked", found)
        return lifter.owners[key]
    moved = {
        axis
        for p in places
        for axis in ((p.counter.axis,) if p.counter else p.index.axes if p.index else ())
    }
    if _is_own(lifter, places, moved):
        return gather(lifter, whole, places)
    if needs_index(whole, places) or not set(lifter.axes) <= moved:
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(text, "keep")
        )
    return read_slices(lifter, whole, places, lifter.what(node))


def _is_stored(lifter: Lifter, base: str, node: ast.Subscript) -> bool:
    """Whether the iteration has stored into the element, or into a part of it, before."""
    index = code.text(node.slice)
    return any(
        store.base == base
        and (
            code.text(store.target.slice) == index
            or (
                isinstance(store.target.slice, ast.Tuple)
                and code.text(store.target.slice.elts[0]) == index
            )
        )
        for store in lifter.stores
    )


def without_new_axes(node: ast.Subscript) -> ast.Subscript:
    """Return ``x[:, i]`` for ``x[:, i, None]``."""
    match node.slice:
        case ast.Tuple(elts=elts):
            kept = [e for e in elts if not is_none(e)]
        case _:
            return node
    if len(kept) == len(elts) or not kept:
        return node
    index = kept[0] if len(kept) == 1 else ast.Tuple(elts=kept, ctx=ast.Load())
    return ast.Subscript(value=node.value, slice=index, ctx=node.ctx)


def _with_new_axes(value: Value, node: ast.Subscript) -> Value:
    """The stored item, with the new dimensions that the subscript asks for."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    index: list[ast.expr] = [
        code.NONE if is_none(p) else code.FULL
        for p in parts
        if is_none(p) or isinstance(p, ast.Slice)
    ]
    if sum(not is_none(p) for p in index) > value.rank:
        raise NotLiftable(f"{code.text(node)} is not understood")
    index += [code.FULL] * (value.rank - sum(not is_none(p) for p in index))
    made = code.subscript(value.code, [*[code.FULL] * len(value.axes), *index])
    shape = iter(value.shape)
    sizes = tuple(1 if is_none(p) else next(shape, None) for p in index)
    return replace(value, code=made, rank=len(index), shape=sizes, fill=None)


def _is_own(lifter: Lifter, places: list[Place], moved: set[Axis]) -> bool:
    """Whether no two iterations share the element, so that it is as it was before the loop."""
    if lifter.indices != "unique" or not set(lifter.axes) <= moved:
        return False
    if not any(p.index is not None for p in places):
        return False
    return assume_unique(lifter, places, strict=True)
