"""A row whose elements an inner loop has stored, all of them, can be read as a whole."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value, expand


def note_filled_rows(lifter: Lifter, axis: Axis) -> None:
    """Once the loop over ``k`` has ended: ``out[i, k]`` of all ``k`` is ``out[i]``."""
    for store in list(lifter.stores):
        known = lifter.contents.get(store.base, {}).get(code.text(store.target))
        if known is None or not _moves(store, axis):
            continue
        del lifter.contents[store.base][code.text(store.target)]
        row = _row(lifter, store, known, axis)
        if row is None:
            continue
        if len(store.places) > 1:
            lifter.contents[store.base][code.text(_without_last(store.target))] = row
        elif store.base in lifter.env:  # a tensor that each iteration makes anew
            lifter.env[store.base] = cast(row, store.seen.dtype)
            lifter.stores = [s for s in lifter.stores if s.base != store.base]


def overwrites_elements(store: Store, row: str) -> bool:
    """Whether a store of the whole row makes this one, of it or its elements, needless."""
    is_element = len(store.places) > 1 and code.text(_without_last(store.target)) == row
    return is_element or code.text(store.target) == row


def _moves(store: Store, axis: Axis) -> bool:
    return any(p.counter is not None and p.counter.axis == axis for p in store.places)


def _row(lifter: Lifter, store: Store, known: Value, axis: Axis) -> Value | None:
    last = store.places[-1]
    if last.counter is None or last.counter.axis != axis or len(store.places) != store.seen.rank:
        return None
    if known.rank or known.carry is not None or known.kind == "other" or axis.reverse:
        return None
    axes, size = union([known.axes, (axis,)]), store.seen.shape[-1]
    if not known.axes or axes[-1] != axis or store.guard is not None:
        return None
    if _made_as_long(lifter, store.base, axis):
        return _whole_row(known, axes, size)
    noted = len(lifter.guards)
    try:
        whole = slice_of(lifter, last.counter, size, store.base, last.dim)
    except NotLiftable:
        return None
    if code.is_full(whole):
        return _whole_row(known, axes, size)
    del lifter.guards[noted:]
    return None


def _made_as_long(lifter: Lifter, base: str, axis: Axis) -> bool:
    """Whether each iteration makes the tensor as long as the loop: ``torch.zeros(len(m))``."""
    made = lifter.env.get(base)
    match lifter.defined(made.code) if made is not None else None:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch")), args=[size]):
            return (
                code.text(size) == code.text(axis.size) and axis.start.is_zero and axis.step == 1
            )
        case _:
            return False


def _whole_row(known: Value, axes: tuple[Axis, ...], size: int | None) -> Value:
    whole = expand(known, axes)
    return replace(
        whole,
        axes=axes[:-1],
        rank=1,
        kind="tensor",
        shape=(size,),
        counter=None,
        factors=None,
    )


def _without_last(target: ast.Subscript) -> ast.expr:
    """``out[i]`` of ``out[i, k]``."""
    index = list(target.slice.elts) if isinstance(target.slice, ast.Tuple) else [target.slice]
    return code.subscript(target.value, index[:-1])
