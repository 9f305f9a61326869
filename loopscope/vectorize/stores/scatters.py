"""Stores at an index that is read from data."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value, counts_up
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store, moved_axes, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.counts import write_count
from loopscope.vectorize.stores.interleaved import refuse_interleaved
from loopscope.vectorize.stores.one_hot import as_one_hot
from loopscope.vectorize.stores.unique import assume_apart, assume_unique
from loopscope.vectorize.value import Axis, NotLiftable, Value, align, expand

_SCATTERED = {"max": "amax", "min": "amin", "mul": "prod"}


def write_scatter(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store at an index read from data.

    Raises:
        NotLiftable: Its index or its update has no scatter of its own.
    """
    refuse_interleaved(lifter, store)
    index, deep = _index(store)
    rank = store.seen.rank - len(index) + deep
    value, guard, form = store.value, store.guard, store_form(store)
    if guard is not None:
        index, value = _where(lifter, store, guard)
    if not form:
        return [_put(lifter, store, index, value, rank)]
    if form == "sub":
        value = replace(value, code=ast.UnaryOp(ast.USub(), value.code))
    adds, dtype = form in ("add", "sub"), store.seen.dtype
    if deep and adds:
        assume_apart(lifter, store.places)
    if value.is_fixed:
        if adds and len(index) == 1 and rank == deep:
            return [write_count(lifter, store, index[0], value, deep)]
        if rank > deep or not adds:
            raise NotLiftable("a fixed value scattered over several dimensions")
        value = _number_tensor(value, dtype)
    elif guard is None:
        value = expand(value, moved_axes(store.places))
    if value.dtype and value.dtype != dtype and value.kind == "tensor":
        value = cast(value, dtype)
    if form == "first":
        grows = counts_up(store.value)
        if grows is None or rank or len(index) != 1 or store.guard is not None:
            raise NotLiftable(f"{store.base} keeps what is stored first")
        return [_positions(lifter, store, index[0], "amin" if grows else "amax")]
    if form in _SCATTERED:
        return [_reduce(lifter, store, index, value, rank, _SCATTERED[form])]
    if not adds:
        raise NotLiftable("a scatter that does not add")
    return [_add(lifter, store, index, value, rank, deep)]


def _index(store: Store) -> tuple[list[ast.expr], int]:
    """Index tensors, aligned to the loops that move the store, and an index's own dimensions."""
    axes = moved_axes(store.places)
    deep = max((p.index.rank for p in store.places if p.index is not None), default=0)
    index = [
        align(_indexed(p), axes, deep) if _is_indexed(p) else p.fixed or code.FULL
        for p in store.places
    ]
    while index and code.is_full(index[-1]):
        index.pop()
    if any(code.is_full(i) or isinstance(i, ast.Slice) for i in index):
        raise NotLiftable("a scatter behind a slice")
    if deep > 1:
        raise NotLiftable("an index of several dimensions")
    return index, deep


def _where(lifter: Lifter, store: Store, guard: Value) -> tuple[list[ast.expr], Value]:
    """The index and the value in those iterations in which the guard holds."""
    axes = moved_axes(store.places)
    names = [lifter.fresh(axis.name) for axis in axes]
    found = code.method(expand(guard, axes).code, "nonzero", as_tuple=True)
    lifter.statements.append(code.unpacking(names, found))
    index = [_at(_indexed(p), axes, names) for p in store.places if _is_indexed(p)]
    value = store.value
    return index, value if value.is_fixed else replace(value, code=_at(value, axes, names))


def _put(lifter: Lifter, store: Store, index: list[ast.expr], value: Value, rank: int) -> ast.stmt:
    """``out[index] = value``."""
    if not value.is_fixed:
        last = _last(lifter, store, index, rank) if lifter.indices == "repeated" else None
        if last is not None:
            return last
        assume_unique(lifter, store.places)
    one_hot = as_one_hot(lifter, store, rank)
    lifter.finished.add(store.base)
    if one_hot is not None:
        lifter.dropped.add(store.base)
        return code.assignment(store.base, one_hot)
    lifter.used_ops += ["Tensor.index_put_", "Tensor.scatter_", "advanced_indexing"]
    made = value.code
    if store.guard is None:
        made = align(value, moved_axes(store.places), rank)
    target = code.subscript(code.attribute(store.base), index)
    return code.assignment(target, made)


def _last(lifter: Lifter, store: Store, index: list[ast.expr], rank: int) -> ast.stmt | None:
    """``last[k] = i``: of all iterations that store to a place, the greatest counter."""
    grows = counts_up(store.value)
    if grows is None or rank or len(index) != 1 or store.guard is not None:
        return None
    return _positions(lifter, store, index[0], "amax" if grows else "amin")


def _positions(lifter: Lifter, store: Store, index: ast.expr, how: str) -> ast.stmt:
    """The greatest or the least counter of those iterations that store to a place."""
    lifter.used_ops += ["torch.scatter_reduce", "Tensor.scatter_reduce_"]
    value = counter_value(store.value.counter) if store.value.counter else store.value
    made = cast(value, store.seen.dtype).code if store.seen.dtype != "int64" else value.code
    start = started(lifter, store)
    name = "scatter_reduce" if start is not None else "scatter_reduce_"
    base = start if start is not None else code.attribute(store.base)
    call = code.method(base, name, code.const(0), index, made, code.const(how), include_self=False)
    return code.assignment(store.base, call) if start is not None else ast.Expr(value=call)


def _reduce(
    lifter: Lifter, store: Store, index: list[ast.expr], value: Value, rank: int, how: str
) -> ast.stmt:
    """``out[k] = max(out[k], value)``."""
    if len(moved_axes(store.places)) != 1:
        raise NotLiftable("an extremum scattered over several dimensions")
    if len(index) != 1:
        return _reduce_elements(lifter, store, index, value, rank, how)
    lifter.used_ops.append("Tensor.index_reduce_" if rank else "torch.scatter_reduce")
    name = "index_reduce_" if rank else "scatter_reduce_"
    base = code.attribute(store.base)
    return ast.Expr(
        value=code.method(base, name, code.const(0), index[0], value.code, code.const(how))
    )


def _reduce_elements(
    lifter: Lifter, store: Store, index: list[ast.expr], value: Value, rank: int, how: str
) -> ast.stmt:
    """``out[v, u] = max(out[v, u], value)``: places are counted in a row."""
    if rank:
        raise NotLiftable("an extremum scattered over several dimensions")
    place = index[0]
    for dim, part in enumerate(index[1:], 1):
        shape = code.attribute_of(code.attribute(store.base), "shape")
        size = code.subscript(shape, [code.const(dim)])
        place = code.binary(code.binary(place, ast.Mult(), size), ast.Add(), part)
    lifter.used_ops += ["torch.scatter_reduce", "Tensor.scatter_reduce_"]
    flat = code.method(code.attribute(store.base), "view", code.const(-1))
    name = "scatter_reduce_"
    return ast.Expr(
        value=code.method(flat, name, code.const(0), place, value.code, code.const(how))
    )


def _add(
    lifter: Lifter, store: Store, index: list[ast.expr], value: Value, rank: int, deep: int
) -> ast.stmt:
    """``out[k] += value``."""
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.index_add"]
    start = started(lifter, store)
    base = start or code.attribute(store.base)
    if len(index) == 1 and len(moved_axes(store.places)) == 1 and not deep:
        first = store.places[0].index
        single = rank == 0 and first is not None and first.dtype == "int64"
        name = "scatter_add_" if single else "index_add_"
        call = code.method(base, name, code.const(0), index[0], value.code)
    else:
        places = code.tuple_of(index)
        call = code.method(base, "index_put_", places, value.code, accumulate=True)
    return code.assignment(store.base, call) if start is not None else ast.Expr(value=call)


def _number_tensor(value: Value, dtype: str) -> Value:
    """A number as a tensor of the target's type."""
    if dtype == "int64" or (dtype == "float32" and value.dtype == "float"):
        return Value(code.call("torch.tensor", value.code), dtype=dtype)
    made = code.call("torch.tensor", value.code, dtype=code.attribute(f"torch.{dtype}"))
    return Value(made, dtype=dtype)


def started(lifter: Lifter, store: Store) -> ast.expr | None:
    """Return what the target is made as, to go on from; ``None`` where it stands elsewhere."""
    initial = lifter.initial.get(store.base)
    if initial is None or store.base in lifter.finished or initial.is_list:
        return None
    if store.base in count_uses(initial.code):  # `x = x.clone()` is there to stay
        return None
    lifter.finished.add(store.base)
    lifter.dropped.add(store.base)
    return initial.code


def _at(value: Value, axes: tuple[Axis, ...], names: list[str]) -> ast.expr:
    """A value in the iterations that are left."""
    counter = value.counter
    if counter is not None and counter.sign == 1 and counter.axis.step == 1:
        name = code.name(names[axes.index(counter.axis)])
        offset = counter.axis.start + counter.offset
        return name if offset.is_zero else code.binary(name, ast.Add(), offset.code())
    kept = [code.name(n) for a, n in zip(axes, names, strict=True) if a in value.axes]
    return code.subscript(value.code, kept)


def _is_indexed(place: Place) -> bool:
    return place.index is not None or place.counter is not None


def _indexed(place: Place) -> Value:
    if place.index is not None:
        return place.index
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return counter_value(place.counter)
