"""Results by key, in a dict that is made at once."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import Value, expand

KEYED = "keyed"


def write_keyed(lifter: Lifter, store: Store) -> ast.stmt:
    """``stats = dict(zip(keys.tolist(), means.tolist()))``: of equal keys the last one counts."""
    (axis,) = store.nest
    key = store.places[0].index
    keys = code.call("range", axis.size) if key is None else _numbers(key, axis)
    parts = [_numbers(part, axis) for part in store.value.parts or (store.value,)]
    values = parts[0] if store.value.parts is None else code.call("zip", *parts)
    lifter.used_ops.append("Tensor.tolist")
    lifter.dropped.add(store.base)
    lifter.finished.add(store.base)
    pairs = code.call("zip", keys, values)
    if isinstance(keys, ast.Call) and code.text(keys.func) == "range":
        pairs = code.call("enumerate", values)
    return code.assignment(store.base, code.call("dict", pairs))


def _numbers(value: Value, axis: Axis) -> ast.expr:
    """The list of all iterations' numbers, in their order."""
    counter = value.counter
    if counter is not None and _counts_from_zero(counter, axis):
        return code.call("range", axis.size)
    whole = expand(counter_value(counter) if counter is not None else value, (axis,)).code
    if axis.reverse:
        whole = code.method(whole, "flip", code.const(0))
    return code.method(whole, "tolist")


def _counts_from_zero(counter: Counter, axis: Axis) -> bool:
    upward = counter.sign == axis.step == 1 and not axis.reverse and counter.also is None
    return upward and (axis.start + counter.offset).is_zero
