"""Counters and sums that a Python list holds: ``total[label] += 1``."""

from __future__ import annotations

import ast

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value, align, expand


def as_counters(seen: Seen | None, op: ast.operator | None) -> Seen | None:
    """Return what a list of numbers that is added to would be as a tensor; ``None`` for others."""
    if seen is None or seen.kind != "list" or seen.dtype != "list" or seen.item is None:
        return None
    if seen.item.kind != "number" or not isinstance(op, ast.Add | ast.Sub):
        return None
    dtype = "float64" if seen.item.dtype == "float" or seen.item.mixed else "int64"
    return Seen("tensor", dtype, seen.shape[:1] or (None,))


def write_number_list(lifter: Lifter, store: Store) -> ast.stmt:
    """Count or add up all at once; what was found is added to the list's own numbers.

    Raises:
        NotLiftable: It is indexed by more than one value read from data, or by none.
    """
    (place,) = store.places if len(store.places) == 1 else (None,)
    index = place.index if place is not None else None
    if index is None or index.rank or index.dtype != "int64" or len(index.axes) != 1:
        raise NotLiftable(f"{store.base} is no tensor")
    form, value, guard = store_form(store), store.value, store.guard
    python = value.python or value.kind == "number"
    if not python or value.rank or (guard is not None and guard.axes != index.axes):
        raise NotLiftable(f"{store.base} is no tensor")
    chosen = None if guard is None else guard.code
    size = code.call("len", code.attribute(store.base))
    if value.dtype == "bool" and value.axes == index.axes:
        chosen = value.code if guard is None else code.binary(guard.code, ast.BitAnd(), value.code)
        value = Value(code.const(1), kind="number", dtype="int")
    flat = index.code if chosen is None else code.subscript(index.code, [chosen])
    lifter.used_ops += ["torch.bincount", "Tensor.scatter_add_", "torch.index_add"]
    if value.is_fixed:
        found: ast.expr = code.call("torch.bincount", flat, minlength=size)
        if code.integer(value.code) != 1:
            found = code.binary(found, ast.Mult(), value.code)
    else:
        weights = cast(expand(value, index.axes), "float64")
        each = align(weights, index.axes, 0)
        if chosen is not None:
            each = code.subscript(each, [chosen])
        found = code.call("torch.bincount", flat, weights=each, minlength=size)
        if value.dtype.startswith("int"):
            found = code.method(found, "long")
    slot, amount = lifter.fresh("slot"), lifter.fresh("amount")
    lifter.taken -= {slot, amount}  # so that the next list's loop may have the same
    target = code.tuple_of([ast.Name(slot, ast.Store()), ast.Name(amount, ast.Store())])
    element = ast.Subscript(code.attribute(store.base), code.name(slot), ast.Store())
    op = ast.Add() if form == "add" else ast.Sub()
    return ast.For(
        target=target,
        iter=code.call("enumerate", code.method(found, "tolist")),
        body=[ast.AugAssign(element, op, code.name(amount))],
        orelse=[],
        lineno=0,
    )
