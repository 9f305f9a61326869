"""Elements that follow from the one stored before."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.carries.forms import NEUTRAL
from loopscope.vectorize.carries.scanned import scanned
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.store import Store
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import Carry, NotLiftable, Value


def as_scan(lifter: Lifter, store: Store) -> Store:
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
    made = lifter.initial.get(store.base)
    start = Value(
        code.subscript(code.attribute(store.base), first),
        others,
        store.value.rank,
        "tensor",
        store.seen.dtype,
        fill=made.fill if made is not None else None,
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
        and carry.form in ("max", "min", "add", "mul")
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
    neutral = NEUTRAL.get(carry.form)
    if neutral is None:
        first = code.subscript(initial.copied, [code.const(-1 if axis.reverse else 0)])
        start = replace(term, code=first, axes=(), fill=None)
    else:
        start = Value(code.const(neutral), kind="number", fill=code.const(neutral))
    lifter.start_of[carry.name] = start
    made = scanned(lifter, value, value, whole, None)
    place = replace(store.places[0], counter=Counter(whole))
    return replace(store, value=made, places=(place,), nest=(whole,))


def _parts(index: ast.expr) -> list[ast.expr]:
    return list(index.elts) if isinstance(index, ast.Tuple) else [index]
