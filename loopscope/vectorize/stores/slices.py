"""Stores at counters and fixed subscripts: a slice of the target, or all of it."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.blocks import joined_blocks, split_target
from loopscope.vectorize.stores.casts import cast, two_numbers
from loopscope.vectorize.stores.extrema import EXTREMA, extremum_from, grown_in_place
from loopscope.vectorize.subscripts.counted_slice import runs_backward, slice_of, turned_around
from loopscope.vectorize.subscripts.strided import strided_slice
from loopscope.vectorize.value import NotLiftable, Value, align, expand, whole_number

# What an update by which changes nothing.
_NEUTRAL: dict[type[ast.operator], int] = {ast.Add: 0, ast.Sub: 0, ast.Mult: 1, ast.Div: 1}


def write_slice(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Counters and fixed subscripts: a slice of the target, or all of it."""
    counters = [p.counter.axis for p in store.places if p.counter is not None]
    axes = union([counters])
    shape = store.seen.shape
    index: list[ast.expr] = []
    rank = store.seen.rank - sum(p.dim >= 0 for p in store.places)
    flipped: list[Axis] = []
    for place in store.places:
        if place.counter is not None and any(place.dim in (d, d + 1) for d, _, _ in store.blocks):
            index.append(code.FULL)
        elif place.counter is not None and place.every > 1:
            index.append(strided_slice(lifter, place, shape[place.dim], store.base, place.dim))
        elif place.counter is not None:
            counter = place.counter
            if runs_backward(counter):
                flipped.append(counter.axis)
                counter = turned_around(counter, shape[place.dim])
            dim = place.dim - sum(d < place.dim for d, _, _ in store.blocks)
            index.append(slice_of(lifter, counter, shape[place.dim], store.base, dim))
        else:
            index.append(place.fixed or code.FULL)
            rank += not place.drops
    value = _flipped(lifter, store.value, flipped)
    guard = store.guard and _flipped(lifter, store.guard, flipped)
    order: list[Axis | int] = [
        p.counter.axis if p.counter is not None else k
        for k, p in enumerate(store.places)
        if p.counter is not None or not p.drops
    ]
    order += [
        len(store.places) + k
        for k in range(store.seen.rank - sum(p.dim >= 0 for p in store.places))
    ]
    if order[: len(axes)] != list(axes):
        value = _in_order(value, axes, order)
        guard = _in_order(guard, axes, order, leading=False) if guard is not None else None
        axes, rank = (), rank + len(axes)
    initial = lifter.initial.get(store.base)
    whole = all(code.is_full(i) for i in index)
    form = store_form(store)
    if initial is not None and whole and store.base not in lifter.finished:
        made = _whole(lifter, store, initial, value, guard, axes, rank, form)
        if made is not None:
            lifter.finished.add(store.base)
            lifter.dropped.add(store.base)
            return [code.assignment(store.base, joined_blocks(store, made))]
    lifter.finished.add(store.base)
    target = code.subscript(split_target(store), index)
    return [_in_place(lifter, store, target, value, guard, axes, rank, form, whole)]


def _flipped(lifter: Lifter, value: Value, axes: list[Axis]) -> Value:
    """The value for stores that run backward."""
    dims = [value.axes.index(a) for a in axes if a in value.axes]
    if not dims:
        return value
    lifter.used_ops.append("torch.flip")
    made = code.method(value.code, "flip", *map(code.const, dims))
    return replace(value, code=made, counter=None)


def _whole(
    lifter: Lifter,
    store: Store,
    initial: Initial,
    value: Value,
    guard: Value | None,
    axes: tuple[Axis, ...],
    rank: int,
    form: str,
) -> ast.expr | None:
    """The target's value where it was made right before the loop; ``None`` where shapes differ."""
    dtype = store.seen.dtype
    if form in ("add", "sub"):
        start = initial.value(dtype)
        if guard is not None:
            if not axes:  # turned around: the dimensions are the store's own
                return None
            value = choose(lifter, guard, value, whole_number(code.const(0)))
        if start is None or value.axes != axes or value.rank != rank:
            return None
        if value.dtype != dtype:
            value = cast(value, dtype)
        if initial.is_fill(0):
            return value.code if form == "add" else ast.UnaryOp(ast.USub(), value.code)
        op = ast.Add() if form == "add" else ast.Sub()
        return code.binary(start.code, op, value.code)
    if form in EXTREMA and guard is None and (value.axes, value.rank) == (axes, rank):
        return extremum_from(lifter, form, initial, value, dtype)
    if form:
        return None
    if guard is not None:
        start = initial.value(dtype)
        if start is None or guard.axes != axes:
            return None
        if value.kind == "number" and value.is_fixed and start.kind == "number":
            if rank or guard.rank:
                return None
            return two_numbers(guard, value.code, start.code, dtype)
        if max(value.rank, guard.rank) > rank:
            return None
        if initial.copied is not None and _mentions(store.base, guard, value, lifter):
            return None  # what it was copied to is read: it stays
        if axes:
            chosen = choose(lifter, guard, value, start)
        else:  # turned around: the dimensions are the store's own
            lifter.used_ops.append("torch.where")
            parts = (guard.code, value.code, start.code)
            chosen = replace(value, code=code.call("torch.where", *parts), rank=rank)
        if start.kind == "tensor" and value.kind == "number" and value.is_fixed:
            return code.method(start.code, "masked_fill", align(guard, axes, rank), value.code)
        if chosen.rank != rank or chosen.axes != axes:
            return None
        return cast(chosen, dtype).code if chosen.dtype != dtype else chosen.code
    if value.axes != axes or value.rank != rank:
        return None
    if not axes and store.value.axes:  # turned around: the dimensions are the store's own
        return cast(value, dtype).code if value.dtype and _fills_items(store) else None
    taken = store.seen.shape[len(axes) :]
    if any(a != b for a, b in zip(value.shape, taken, strict=False)) or len(value.shape) != rank:
        return None
    if not value.dtype:
        return None
    return cast(value, dtype).code if value.dtype != dtype else value.code


def _fills_items(store: Store) -> bool:
    """Whether a value has the dimensions of an item, so that it is not broadcast to one."""
    counted = {p.dim for p in store.places if p.counter is not None}
    taken = [size for dim, size in enumerate(store.seen.shape) if dim not in counted]
    known = zip(store.value.shape, taken, strict=False)
    return store.value.rank == len(taken) and all(a in (None, b) for a, b in known)


def _mentions(name: str, guard: Value, value: Value, lifter: Lifter) -> bool:
    made: list[ast.AST] = [guard.code, value.code, *lifter.statements]
    return any(dotted(n) == name for m in made for n in ast.walk(m) if isinstance(n, ast.expr))


def _in_place(
    lifter: Lifter,
    store: Store,
    target: ast.expr,
    value: Value,
    guard: Value | None,
    axes: tuple[Axis, ...],
    rank: int,
    form: str,
    whole: bool,
) -> ast.stmt:
    made = align(value, axes, rank)
    begins = f"{code.text(made)}[".startswith(f"{store.base}[")
    if begins and not isinstance(made, ast.BinOp) and not code.text(made).endswith(".clone()"):
        made = code.method(made, "clone")  # source and target overlap
    whole_target = target if not whole else code.subscript_all(target)
    if form in EXTREMA:
        return grown_in_place(lifter, form, target, replace(value, code=made, axes=axes), guard)
    if form:
        op = store.op or {"add": ast.Add(), "mul": ast.Mult(), "or": ast.BitOr(),
                          "and": ast.BitAnd()}.get(form)  # fmt: skip
        selects = (
            guard is not None
            and whole
            and value.is_fixed
            and value.kind == "number"
            and guard.axes == axes
            and guard.rank == rank
        )
        if op is not None and selects and guard is not None:
            lifter.used_ops.append("boolean_mask")
            selected = code.subscript(target, [guard.code])
            return ast.AugAssign(target=code.stored(selected), op=op, value=made)
        neutral = _NEUTRAL.get(type(op)) if op is not None else None
        if op is not None and guard is not None and neutral is not None and not value.array:
            if not {*guard.axes} <= {*axes} or guard.rank > rank:
                raise NotLiftable(f"{store.base} is updated in some iterations only")
            lifter.used_ops.append("torch.where")
            made = code.call("torch.where", align(guard, axes, rank), made, code.const(neutral))
        elif op is None or guard is not None:
            raise NotLiftable(f"{store.base} is updated in some iterations only")
        return ast.AugAssign(target=code.stored(whole_target), op=op, value=made)
    if guard is None:
        return code.assignment(whole_target, made)
    if value.is_fixed and value.kind == "number" and guard.axes == axes:
        own = store.guard  # of a target's every dimension, unless those of its items are between
        covers = bool(axes) or own is None or len(own.axes) + own.rank == rank
        place = code.subscript(target, [guard.code]) if whole and covers else None
        if place is not None:
            lifter.used_ops.append("boolean_mask")
            return code.assignment(place, made)
        lifter.used_ops.append("Tensor.masked_fill")
        call = code.method(target, "masked_fill_", align(guard, axes, rank), made)
        return ast.Expr(value=call)
    lifter.used_ops.append("torch.where")
    chosen = code.call("torch.where", align(guard, axes, rank), made, target)
    return code.assignment(whole_target, chosen)


def _in_order(
    value: Value, axes: tuple[Axis, ...], target: list[Axis | int], *, leading: bool = True
) -> Value:
    """Dimensions in the target's order; all of them count as an item's.

    Without ``leading`` those that broadcasting adds by itself are left out.
    """
    if value.is_fixed and value.rank == 0:
        return value
    factors = _by_a_number(value)
    if factors is not None:  # what is read in the target's order is not turned twice
        one, other = (_in_order(f, axes, target, leading=leading) for f in factors)
        made = code.binary(one.code, ast.Mult(), other.code)
        return replace(one if one.rank else other, code=made, dtype=value.dtype)
    value = expand(value, axes)
    items = [t for t in target if not isinstance(t, Axis)]
    if value.rank > len(items):
        raise NotLiftable("a store of more dimensions than its target has")
    have = [*axes, *items[len(items) - value.rank :]]
    want = [t for t in target if t in have]
    made = code.permuted(value.code, have, want)
    missing = [k for k, t in enumerate(target) if t not in have]
    index = [code.NONE if k in missing else code.FULL for k in range(len(target))]
    while not leading and index and index[0] is code.NONE:
        index.pop(0)
    if code.NONE in index:
        made = code.subscript(made, index)
    shape = (None,) * len(target)
    return replace(value, code=made, axes=(), rank=len(target), shape=shape, counter=None)


def _by_a_number(value: Value) -> tuple[Value, Value] | None:
    """The factors of a product with a fixed number, as long as the code is that."""
    if value.factors is None or not isinstance(value.code, ast.BinOp):
        return None
    sides = [code.text(f.code) for f in value.factors]
    if sides != [code.text(value.code.left), code.text(value.code.right)]:
        return None
    numbers = [f.is_fixed and f.rank == 0 for f in value.factors]
    return value.factors if any(numbers) and isinstance(value.code.op, ast.Mult) else None
