"""What the loop stored, written at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.body import Store
from loopscope.vectorize.initial import Initial
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.reduce import over_axis, scanned
from loopscope.vectorize.span_stores import write_group, write_span
from loopscope.vectorize.subscripts import Place, counter_value, needs_index, permuted, slice_of
from loopscope.vectorize.value import (
    Axis,
    Carry,
    Counter,
    NotLiftable,
    Value,
    align,
    expand,
    union,
)
from loopscope.vectorize.writing import CASTS, assigned, cast, stored, two_numbers

_SCATTERED = {"max": "amax", "min": "amin", "mul": "prod"}


def write_store(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements that do what a store of every iteration did.

    Raises:
        NotLiftable: Iterations overwrite each other, or the order matters.
    """
    if store.guard is not None and store.guard.carry is not None:
        raise NotLiftable("a test of a carried variable")
    if any(p.index is not None and p.index.selects is not None for p in store.places):
        return write_group(lifter, store)
    if any(p.span is not None for p in store.places):
        return write_span(lifter, store)
    store = _as_scan(lifter, store)
    store = _as_update(lifter, store)
    store = _reduce_repeats(lifter, store)
    if needs_index(Value(ast.Name(id=store.base)), store.places):
        return _scatter(lifter, store)
    return _assign(lifter, store)


def _as_scan(lifter: Lifter, store: Store) -> Store:
    """``out[i] = out[i - 1] + x[i]`` stores a running sum."""
    carry = store.value.carry
    if carry is None or carry.name != f"{store.base} before" or store.op is not None:
        return store
    read = lifter.before_first[carry.name]
    moving = [
        (place, part)
        for place, part in zip(store.places, _parts(read.slice), strict=False)
        if place.counter is not None
        and not (linear(part) - linear(_parts(store.target.slice)[place.dim])).is_zero
    ]
    if len(moving) != 1 or moving[0][0].counter is None or store.guard is not None:
        raise NotLiftable(f"{store.base} of one iteration is read by the next")
    place, _ = moving[0]
    counter = place.counter
    if counter is None:
        raise NotLiftable(f"{store.base} of one iteration is read by the next")
    axis = counter.axis
    gap = 1 if axis.reverse else -1
    edge = axis.stop if axis.reverse else axis.start + Linear((), gap)
    first = [
        (edge + counter.offset).code()
        if p is place
        else slice_of(lifter, p.counter, store.seen.shape[p.dim], store.base, p.dim)
        if p.counter is not None
        else p.fixed or code.FULL
        for p in store.places
    ]
    if any(p.index is not None for p in store.places):
        raise NotLiftable(f"{store.base} of one iteration is read by the next")
    others = tuple(
        p.counter.axis for p in store.places if p.counter is not None and p is not place
    )
    start = Value(
        code.subscript(code.attribute(store.base), first),
        others,
        store.value.rank,
        "tensor",
        store.seen.dtype,
    )
    own = _own_scan(lifter, store, carry, axis)
    if own is not None:
        return own
    lifter.start_of[carry.name] = start
    value = scanned(lifter, store.value, store.value, axis, None)
    return replace(store, value=value)


def _own_scan(lifter: Lifter, store: Store, carry: Carry, axis: Axis) -> Store | None:
    """``env[k] = max(env[k], env[k + 1])`` over all of ``env`` is one scan of ``env``."""
    initial = lifter.initial.get(store.base)
    edge = f"{store.base}[:-1]" if axis.reverse else f"{store.base}[1:]"
    plain = (
        carry.term is not None
        and code.text(carry.term.code) == edge
        and initial is not None
        and initial.copied is not None
        and len(store.places) == 1
        and store.value.carry is not None
    )
    if not plain or carry.term is None or initial is None or initial.copied is None:
        return None
    whole = replace(
        axis,
        start=Linear(),
        stop=Linear(((f"len({store.base})", 1),)),
        length=store.seen.shape[0],
    )
    term = replace(carry.term, code=initial.copied, axes=(whole,))
    value = replace(store.value, carry=replace(carry, term=term))
    lifter.start_of[carry.name] = replace(
        term,
        code=code.subscript(initial.copied, [code.const(-1 if axis.reverse else 0)]),
        axes=(),
        fill=None,
    )
    if carry.form in ("max", "min"):
        made = scanned(lifter, value, value, whole, None)
    elif carry.form in ("add", "mul"):
        lifter.start_of[carry.name] = Value(
            code.const(0 if carry.form == "add" else 1),
            kind="number",
            fill=code.const(0 if carry.form == "add" else 1),
        )
        made = scanned(lifter, value, value, whole, None)
    else:
        return None
    place = replace(store.places[0], counter=Counter(whole))
    return replace(store, value=made, places=(place,), nest=(whole,))


def _parts(index: ast.expr) -> list[ast.expr]:
    return list(index.elts) if isinstance(index, ast.Tuple) else [index]


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


def _form(store: Store) -> str:
    match store.op:
        case None:
            return store.form
        case ast.Add():
            return "add"
        case ast.Sub():
            return "sub"
        case ast.Mult():
            return "mul"
        case ast.BitOr():
            return "or"
        case ast.BitAnd():
            return "and"
        case _:
            return "other"


def _axes(places: tuple[Place, ...]) -> tuple[Axis, ...]:
    found: list[tuple[Axis, ...]] = []
    for place in places:
        if place.counter is not None:
            found.append((place.counter.axis,))
        elif place.index is not None:
            found.append(place.index.axes)
    return union(found)


def _reduce_repeats(lifter: Lifter, store: Store) -> Store:
    """Loops that do not move the store repeat it: they are summed, or it must not matter."""
    value, guard, form = store.value, store.guard, _form(store)
    moved = _axes(store.places)
    repeated = [axis for axis in reversed(store.nest) if axis not in moved]
    if not repeated:
        return store
    if form in ("", "other"):
        if any(axis in value.axes for axis in repeated):
            raise NotLiftable(f"iterations overwrite each other in {store.base}")
        for axis in repeated:
            if guard is not None and axis in guard.axes:
                guard = over_axis(lifter, "or", guard, axis)
        if form == "other":
            raise NotLiftable(f"an update of {store.base} that is repeated")
        return replace(store, guard=guard)
    if guard is not None:
        neutral = {"add": 0, "sub": 0, "mul": 1, "or": False, "and": True}.get(form)
        if neutral is None:
            raise NotLiftable(f"{store.base} is updated in some iterations only")
        other = Value(code.const(neutral), kind="number", dtype="int")
        value = guard if form == "or" else lifter.choose(guard, value, other)
        guard = None
    for axis in repeated:
        value = over_axis(lifter, "add" if form == "sub" else form, value, axis)
    return replace(store, value=value, guard=guard)


def _assign(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Counters and fixed subscripts: a slice of the target, or all of it."""
    counters = [p.counter.axis for p in store.places if p.counter is not None]
    axes = union([counters])
    shape = store.seen.shape
    index: list[ast.expr] = []
    rank = store.seen.rank - sum(p.dim >= 0 for p in store.places)
    for place in store.places:
        if place.counter is not None:
            index.append(slice_of(lifter, place.counter, shape[place.dim], store.base, place.dim))
        else:
            index.append(place.fixed or code.FULL)
            rank += not place.drops
    value, guard = store.value, store.guard
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
        guard = _in_order(guard, axes, order) if guard is not None else None
        axes, rank = (), rank + len(axes)
    initial = lifter.initial.get(store.base)
    whole = all(code.is_full(i) for i in index)
    form = _form(store)
    if initial is not None and whole and store.base not in lifter.finished:
        made = _whole(lifter, store, initial, value, guard, axes, rank, form)
        if made is not None:
            lifter.finished.add(store.base)
            lifter.dropped.add(store.base)
            return [assigned(store.base, made)]
    lifter.finished.add(store.base)
    target = code.subscript(code.attribute(store.base), index)
    return [_in_place(store, target, value, guard, axes, rank, form, whole)]


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
        if start is None or value.axes != axes or value.rank != rank:
            return None
        if value.dtype != dtype:
            value = cast(value, dtype)
        if initial.is_fill(0):
            return value.code if form == "add" else ast.UnaryOp(ast.USub(), value.code)
        op = ast.Add() if form == "add" else ast.Sub()
        return code.binary(start.code, op, value.code)
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
        chosen = lifter.choose(guard, value, start)
        if start.kind == "tensor" and value.kind == "number" and value.is_fixed:
            return code.method(start.code, "masked_fill", align(guard, axes, rank), value.code)
        if chosen.rank != rank or chosen.axes != axes:
            return None
        return cast(chosen, dtype).code if chosen.dtype != dtype else chosen.code
    if value.axes != axes or value.rank != rank:
        return None
    taken = store.seen.shape[len(axes) :]
    if not axes and store.value.axes:
        return cast(value, dtype).code if value.dtype else None
    if any(a != b for a, b in zip(value.shape, taken, strict=False)) or len(value.shape) != rank:
        return None
    if not value.dtype:
        return None
    return cast(value, dtype).code if value.dtype != dtype else value.code


def _in_place(
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
    if code.text(made).startswith(f"{store.base}[") or code.text(made) == store.base:
        made = code.method(made, "clone")  # source and target overlap
    whole_target = target if not whole else code.subscript_all(target)
    if form:
        op = store.op or {"add": ast.Add(), "mul": ast.Mult(), "or": ast.BitOr(),
                          "and": ast.BitAnd()}.get(form)  # fmt: skip
        if op is None or guard is not None:
            raise NotLiftable(f"{store.base} is updated in some iterations only")
        return ast.AugAssign(target=stored(whole_target), op=op, value=made)
    if guard is None:
        return ast.Assign(targets=[stored(whole_target)], value=made, lineno=0)
    if value.is_fixed and value.kind == "number" and guard.axes == axes:
        place = code.subscript(target, [guard.code]) if whole else None
        if place is not None:
            return ast.Assign(targets=[stored(place)], value=made, lineno=0)
        call = code.method(target, "masked_fill_", align(guard, axes, rank), made)
        return ast.Expr(value=call)
    chosen = code.call("torch.where", align(guard, axes, rank), made, target)
    return ast.Assign(targets=[stored(whole_target)], value=chosen, lineno=0)


def _scatter(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """An index read from data: a scatter."""
    axes = _axes(store.places)
    value, guard, form = store.value, store.guard, _form(store)
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
        one_hot = _one_hot(lifter, store, initial, value, guard, rank)
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
            return [_counted(lifter, store, initial, index[0], value)]
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


def _counted(
    lifter: Lifter, store: Store, initial: Initial | None, index: ast.expr, value: Value
) -> ast.stmt:
    """``counts[k] += 1`` is a histogram."""
    lifter.used_ops += ["torch.bincount", "Tensor.scatter_add_", "Tensor.index_add_"]
    axes = _axes(store.places)
    flat = index if len(axes) == 1 else code.method(index, "flatten")
    size: ast.expr = code.call("len", code.attribute(store.base))
    if initial is not None and initial.size is not None:
        size = initial.size
    counts: ast.expr = code.call("torch.bincount", flat, minlength=size)
    one = isinstance(value.code, ast.Constant) and value.code.value == 1
    if not one:
        counts = code.binary(counts, ast.Mult(), value.code)
    if initial is not None and initial.is_fill(0):
        lifter.dropped.add(store.base)
        if store.seen.dtype != "int64":
            counts = code.method(counts, CASTS.get(store.seen.dtype, "float"))
        return assigned(store.base, counts)
    return ast.AugAssign(
        target=ast.Name(id=store.base, ctx=ast.Store()), op=ast.Add(), value=counts
    )


def _one_hot(
    lifter: Lifter,
    store: Store,
    initial: Initial | None,
    value: Value,
    guard: Value | None,
    rank: int,
) -> ast.expr | None:
    """Ones at the last dimension of zeros."""
    *front, last = store.places
    plain = (
        initial is not None
        and initial.is_fill(0)
        and initial.shape
        and guard is None
        and rank == 0
        and last.index is not None
        and isinstance(value.code, ast.Constant)
        and value.code.value in (1, True)
        and all(p.counter is not None for p in front)
        and last.index.axes == union([[p.counter.axis for p in front if p.counter]])
    )
    if not plain or initial is None or last.index is None or not initial.shape:
        return None
    if any(
        not code.is_full(slice_of(lifter, p.counter, store.seen.shape[p.dim], store.base, p.dim))
        for p in front
        if p.counter is not None
    ):
        return None
    lifter.used_ops += ["torch.nn.functional.one_hot", "Tensor.scatter_"]
    prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
    made: ast.expr = code.call(f"{prefix}.one_hot", last.index.code, initial.shape[-1])
    if store.seen.dtype != "int64":
        made = code.method(made, CASTS.get(store.seen.dtype, "float"))
    return made


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


def _in_order(value: Value, axes: tuple[Axis, ...], target: list[Axis | int]) -> Value:
    """Dimensions in the target's order; all of them count as an item's."""
    if value.is_fixed and value.rank == 0:
        return value
    value = expand(value, axes)
    items = [t for t in target if not isinstance(t, Axis)]
    if value.rank > len(items):
        raise NotLiftable("a store of more dimensions than its target has")
    have = [*axes, *items[len(items) - value.rank :]]
    want = [t for t in target if t in have]
    made = permuted(value.code, have, want)
    missing = [k for k, t in enumerate(target) if t not in have]
    if missing:
        made = code.subscript(
            made, [code.NONE if k in missing else code.FULL for k in range(len(target))]
        )
    shape = (None,) * len(target)
    return replace(value, code=made, axes=(), rank=len(target), shape=shape, counter=None)


def _indexed_place(place: Place) -> bool:
    return place.index is not None or place.counter is not None


def _indexed(place: Place) -> Value:
    if place.index is not None:
        return place.index
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return counter_value(place.counter)
