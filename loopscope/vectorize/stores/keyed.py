"""Results by key, in a dict that is made at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import NotLiftable, Value, expand

KEYED = "keyed"
_ROUNDED = ("float", "float32", "float16", "bfloat16")


def write_keyed(lifter: Lifter, store: Store) -> ast.stmt:
    """``stats = dict(zip(keys.tolist(), means.tolist()))``: of equal keys the last one counts."""
    (axis,) = store.nest
    key, guard = store.places[0].index, store.guard
    if guard is not None and not isinstance(guard.code, ast.Name):
        guard = lifter.bind("mask", guard)
    keys = code.call("range", axis.size) if key is None else _keys(lifter, key, axis, guard)
    parts = [_items(part, axis, guard) for part in store.value.parts or (store.value,)]
    values = parts[0] if store.value.parts is None else code.call("zip", *parts)
    lifter.used_ops.append("Tensor.tolist")
    lifter.dropped.add(store.base)
    lifter.finished.add(store.base)
    pairs = code.call("zip", keys, values)
    if isinstance(keys, ast.Call) and code.text(keys.func) == "range":
        pairs = code.call("enumerate", values)
    return code.assignment(store.base, code.call("dict", pairs))


def _keys(lifter: Lifter, key: Value, axis: Axis, guard: Value | None) -> ast.expr:
    """The keys as Python's numbers: those of a list are taken from it.

    Raises:
        NotLiftable: In a tensor they are rounded.
    """
    match lifter.written_out(key.code):
        case ast.Call(func=function, args=[listed], keywords=[]) if (
            code.text(function) == "torch.tensor" and guard is None and not axis.reverse
        ):
            return listed
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return _items(replace(key, python=True), axis, guard)
        case _ if key.dtype in _ROUNDED:
            raise NotLiftable("keys that a tensor rounds")
        case _:
            return _items(replace(key, python=True), axis, guard)


def _items(value: Value, axis: Axis, guard: Value | None) -> ast.expr:
    """All iterations' numbers, or tensors, in their order; of those where the guard holds."""
    counter = value.counter
    if counter is not None and guard is None and _counts_from_zero(counter, axis):
        return code.call("range", axis.size)
    whole = expand(counter_value(counter) if counter is not None else value, (axis,)).code
    if guard is not None:
        whole = code.subscript(whole, [guard.code])
    if axis.reverse:
        whole = code.method(whole, "flip", code.const(0))
    numbers = value.python or value.kind == "number" or counter is not None
    return code.method(whole, "tolist") if numbers else whole


def _counts_from_zero(counter: Counter, axis: Axis) -> bool:
    upward = counter.sign == axis.step == 1 and not axis.reverse and counter.also is None
    return upward and (axis.start + counter.offset).is_zero
