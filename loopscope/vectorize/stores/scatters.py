"""Stores at an index that is read from data."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value, counts_up
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.stores.counts import write_count
from loopscope.vectorize.stores.interleaved import refuse_interleaved
from loopscope.vectorize.stores.one_hot import as_one_hot
from loopscope.vectorize.stores.scattered import Scattered, scattered
from loopscope.vectorize.stores.unique import assume_each_once, assume_unique
from loopscope.vectorize.value import NotLiftable, Value, expand

_SCATTERED = {"max": "amax", "min": "amin", "mul": "prod"}


def write_scatter(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store at an index read from data.

    Raises:
        NotLiftable: Its index or its update has no scatter of its own.
    """
    refuse_interleaved(lifter, store)
    found, form = scattered(lifter, store), store_form(store)
    if not form:
        return [_put(lifter, store, found)]
    value, dtype = found.value, store.seen.dtype
    if form == "sub":
        value = replace(value, code=ast.UnaryOp(ast.USub(), value.code))
    adds = form in ("add", "sub")
    if found.deep and adds:
        assume_each_once(lifter, store.places)
    if value.is_fixed:
        # A count of zero times a tensor that holds no number is none either.
        counts = value.kind == "number" and len(found.places) == 1 and found.rank == found.deep
        if adds and counts:
            dims = len(found.axes) + found.deep
            return [write_count(lifter, store, found.index[0], value, dims=dims)]
        if found.rank > found.deep or not adds:
            raise NotLiftable("a fixed value scattered over several dimensions")
        if value.kind == "number":
            value = _number_tensor(value, dtype)
    else:
        value = expand(value, found.all_axes)
    found = replace(found, value=_as_dtype(value, dtype))
    if form == "first":
        grows = counts_up(store.value)
        if grows is None or found.rank or len(found.places) != 1 or store.guard is not None:
            raise NotLiftable(f"{store.base} keeps what is stored first")
        return [_positions(lifter, store, found, "amin" if grows else "amax")]
    if form in _SCATTERED:
        return [_reduce(lifter, found, _SCATTERED[form])]
    if not adds:
        raise NotLiftable("a scatter that does not add")
    return [_add(lifter, store, found)]


def _put(lifter: Lifter, store: Store, found: Scattered) -> ast.stmt:
    """``out[index] = value``."""
    if not store.value.is_fixed:
        last = _last(lifter, store, found) if lifter.indices == "repeated" else None
        if last is not None:
            return last
        assume_unique(lifter, store.places, store.guard)
    one_hot = as_one_hot(lifter, store, found.rank)
    lifter.finished.add(store.base)
    if one_hot is not None:
        lifter.dropped.add(store.base)
        return code.assignment(store.base, one_hot)
    lifter.used_ops += ["Tensor.index_put_", "Tensor.scatter_", "advanced_indexing"]
    target = code.subscript(code.attribute(store.base), found.index)
    if found.value.axes:
        found = replace(found, value=_as_dtype(found.value, store.seen.dtype))
    return code.assignment(target, found.stored())


def _last(lifter: Lifter, store: Store, found: Scattered) -> ast.stmt | None:
    """``last[k] = i``: of all iterations that store to a place, the greatest counter."""
    grows = counts_up(store.value)
    if grows is None or found.rank or len(found.places) != 1 or store.guard is not None:
        return None
    return _positions(lifter, store, found, "amax" if grows else "amin")


def _positions(lifter: Lifter, store: Store, found: Scattered, how: str) -> ast.stmt:
    """The greatest or the least counter of those iterations that store to a place."""
    lifter.used_ops += ["torch.scatter_reduce", "Tensor.scatter_reduce_"]
    value = counter_value(store.value.counter) if store.value.counter else store.value
    made = cast(value, store.seen.dtype).code if store.seen.dtype != "int64" else value.code
    start, (index,) = started(lifter, store), found.tensors
    name = "scatter_reduce" if start is not None else "scatter_reduce_"
    base = start if start is not None else code.attribute(store.base)
    call = code.method(base, name, code.const(0), index, made, code.const(how), include_self=False)
    return code.assignment(store.base, call) if start is not None else ast.Expr(value=call)


def _reduce(lifter: Lifter, found: Scattered, how: str) -> ast.stmt:
    """``out[k] = max(out[k], value)``."""
    index, rows = found.tensors, found.view_rank > len(found.tensors)
    if found.deep or found.value.rank != found.rank or (rows and len(found.axes) != 1):
        raise NotLiftable("an extremum scattered over several dimensions")
    lifter.finished.add(found.base)
    if rows and len(index) == 1:
        lifter.used_ops.append("Tensor.index_reduce_")
        (dim,) = found.dims
        parts = (code.const(dim), index[0], found.stored(), code.const(how))
        return ast.Expr(code.method(found.view, "index_reduce_", *parts))
    lifter.used_ops += ["torch.scatter_reduce", "Tensor.scatter_reduce_"]
    base, place = found.view, index[0]
    if len(index) != 1:
        if rows or any(p.index is None for p in found.places):
            raise NotLiftable("an extremum scattered over several dimensions")
        base, place = code.method(base, "view", code.const(-1)), _in_a_row(found)
    made = found.value.code
    if len(found.axes) != 1:
        place, made = code.method(place, "flatten"), code.method(made, "flatten")
    parts = (code.const(0), place, made, code.const(how))
    return ast.Expr(code.method(base, "scatter_reduce_", *parts))


def _in_a_row(found: Scattered) -> ast.expr:
    """``out[v, u]``: places are counted in a row."""
    place, *rest = found.tensors
    for dim, part in enumerate(rest, 1):
        shape = code.attribute_of(code.attribute(found.base), "shape")
        size = code.subscript(shape, [code.const(dim)])
        place = code.binary(code.binary(place, ast.Mult(), size), ast.Add(), part)
    return place


def _add(lifter: Lifter, store: Store, found: Scattered) -> ast.stmt:
    """``out[k] += value``."""
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.index_add"]
    value, dims = found.value, found.dims
    single_index = len(dims) == 1 and len(found.axes) == 1 and not found.deep
    along = single_index and value.axes and value.rank == found.rank
    base, start = found.view, None
    if code.text(base) == store.base and (along or dims == list(range(len(dims)))):
        start = started(lifter, store)
        base = start or base
    lifter.finished.add(store.base)
    if along:
        (index,), dim = found.tensors, dims[0]
        single = found.rank == 0 and all(
            p.index is None or p.index.dtype == "int64" for p in found.places
        )
        name = "scatter_add_" if single else "index_add_"
        call = code.method(base, name, code.const(dim), index, found.stored())
    else:
        left = range(found.view_rank)
        base = code.permuted(base, left, [*dims, *(d for d in left if d not in dims)])
        places = code.tuple_of(found.tensors)
        call = code.method(base, "index_put_", places, found.stored(first=True), accumulate=True)
    return code.assignment(store.base, call) if start is not None else ast.Expr(value=call)


def _as_dtype(value: Value, dtype: str) -> Value:
    """The value in the target's type, as index tensors want it."""
    counts = value.dtype == "int" and value.axes  # what counts is a tensor here
    own = "int64" if counts else value.dtype
    return cast(value, dtype) if own and own != dtype and own != "float" else value


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
