"""Stores at an index that is read from data."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.initial import Initial
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store, moved_axes, store_form
from loopscope.vectorize.stores.counts import write_count
from loopscope.vectorize.stores.one_hot import as_one_hot
from loopscope.vectorize.value import Axis, NotLiftable, Value, align, expand
from loopscope.vectorize.writing import assigned, cast, stored

_SCATTERED = {"max": "amax", "min": "amin", "mul": "prod"}


def write_scatter(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """An index read from data: a scatter."""
    axes = moved_axes(store.places)
    value, guard, form = store.value, store.guard, store_form(store)
    index: list[ast.expr] = []
    for place in store.places:
        if place.index is not None:
            index.append(align(place.index, axes, place.index.rank))
        elif place.counter is not None:
            index.append(align(counter_value(place.counter), axes, 0))
        else:
            index.append(place.fixed or code.FULL)
    while index and code.is_full(index[-1]):
        index.pop()
    if any(code.is_full(i) or isinstance(i, ast.Slice) for i in index):
        raise NotLiftable("a scatter behind a slice")
    deep = max((p.index.rank for p in store.places if p.index is not None), default=0)
    if deep > 1:
        raise NotLiftable("an index of several dimensions")
    if deep:
        index = [align(_indexed(p), axes, deep) if _indexed_place(p) else p.fixed or code.FULL
                 for p in store.places][: len(index)]  # fmt: skip
    rank = store.seen.rank - len(index) + deep
    initial = lifter.initial.get(store.base)
    base: ast.expr = code.attribute(store.base)
    if guard is not None:
        guard = expand(guard, axes)
        names = [lifter.fresh(axis.name) for axis in axes]
        made_names = code.tuple_of([ast.Name(id=n, ctx=ast.Store()) for n in names])
        made_names.ctx = ast.Store()
        found = code.method(guard.code, "nonzero", as_tuple=True)
        lifter.statements.append(ast.Assign(targets=[made_names], value=found, lineno=0))
        index = [_at(_indexed(p), axes, names) for p in store.places if _indexed_place(p)]
        if not value.is_fixed:
            value = replace(value, code=_at(value, axes, names))
    dtype = store.seen.dtype
    if not form:
        if not value.is_fixed:
            _assume_unique(lifter, store)
        one_hot = as_one_hot(lifter, store, initial, value, guard, rank)
        if one_hot is not None:
            lifter.dropped.add(store.base)
            return [assigned(store.base, one_hot)]
        lifter.used_ops += ["Tensor.index_put_", "Tensor.scatter_", "advanced_indexing"]
        made = align(value, axes, rank) if guard is None else value.code
        target = code.subscript(base, index)
        return [ast.Assign(targets=[stored(target)], value=made, lineno=0)]
    if form == "sub":
        value = replace(value, code=ast.UnaryOp(ast.USub(), value.code))
    if value.is_fixed or (guard is None and value.axes != axes):
        filled = code.call("torch.ones_like", index[0]) if value.is_fixed else None
        if value.is_fixed and form in ("add", "sub") and len(index) == 1 and rank == 0:
            return [write_count(lifter, store, initial, index[0], value)]
        if filled is not None and (rank or form not in ("add", "sub")):
            raise NotLiftable("a fixed value scattered over several dimensions")
        value = _number_tensor(value, dtype) if filled is not None else expand(value, axes)
    if value.dtype and value.dtype != dtype and value.kind == "tensor":
        value = cast(value, dtype)
    if form in _SCATTERED:
        if len(index) != 1 or len(axes) != 1:
            raise NotLiftable("an extremum scattered over several dimensions")
        if rank:
            lifter.used_ops.append("Tensor.index_reduce_")
            how = code.const(_SCATTERED[form])
            call = code.method(base, "index_reduce_", code.const(0), index[0], value.code, how)
            return [ast.Expr(value=call)]
        lifter.used_ops.append("torch.scatter_reduce")
        call = code.method(
            base,
            "scatter_reduce_",
            code.const(0),
            index[0],
            value.code,
            code.const(_SCATTERED[form]),
        )
        return [ast.Expr(value=call)]
    if form not in ("add", "sub"):
        raise NotLiftable("a scatter that does not add")
    lifter.used_ops += ["Tensor.index_add_", "Tensor.scatter_add_", "torch.index_add"]
    start = _started(lifter, store, initial)
    if len(index) == 1 and len(axes) == 1:
        first = store.places[0].index
        single = rank == 0 and first is not None and first.dtype == "int64"
        name = "scatter_add_" if single else "index_add_"
        call = code.method(start or base, name, code.const(0), index[0], value.code)
    else:
        call = code.method(
            start or base, "index_put_", code.tuple_of(index), value.code, accumulate=True
        )
    if start is not None:
        return [assigned(store.base, call)]
    return [ast.Expr(value=call)]


def _assume_unique(lifter: Lifter, store: Store) -> None:
    """Of two iterations that store to one place, the loop keeps the last."""
    moving = [p for p in store.places if p.index is not None]
    if len(moving) == 1 and moving[0].index is not None:
        index = code.text(moving[0].index.code)
        lifter.assume(f"len({index}.unique()) == {index}.numel()")


def _number_tensor(value: Value, dtype: str) -> Value:
    """A number as a tensor of the target's type."""
    if dtype == "int64" or (dtype == "float32" and value.dtype == "float"):
        return Value(code.call("torch.tensor", value.code), dtype=dtype)
    made = code.call("torch.tensor", value.code, dtype=code.attribute(f"torch.{dtype}"))
    return Value(made, dtype=dtype)


def _started(lifter: Lifter, store: Store, initial: Initial | None) -> ast.expr | None:
    """The target's own initialisation, to go on from; ``None`` where it stands elsewhere."""
    if initial is None or store.base in lifter.finished or initial.is_list:
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


def _indexed_place(place: Place) -> bool:
    return place.index is not None or place.counter is not None


def _indexed(place: Place) -> Value:
    if place.index is not None:
        return place.index
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return counter_value(place.counter)
