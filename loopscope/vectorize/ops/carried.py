"""Ops with a carried variable among their operands."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.carries.carried import carried_binary
from loopscope.vectorize.carries.scattered import scattered
from loopscope.vectorize.carries.update import updated
from loopscope.vectorize.in_place import IN_PLACE
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.value import Form, NotLiftable, Value

_EXTREMA: dict[str, Form] = {
    "maximum": "max", "max": "max", "fmax": "max", "minimum": "min", "min": "min", "fmin": "min",
    "logaddexp": "logaddexp", "logical_or": "or", "logical_and": "and", "clamp_min": "max",
}  # fmt: skip


_SAME = {"clone", "detach", "float", "double", "contiguous", "to", "item"}


@batches("<carried>")
def carried_call(lifter: Lifter, call: Call) -> Value:
    """An op with a carried variable among its operands."""
    operands = list(call.args)
    if call.name in _SAME or (call.name == "int" and operands[0].dtype.startswith("int")):
        return operands[0]
    if call.name in ("cat", "concat", "hstack", "vstack") and operands[0].parts is not None:
        return _cat(call, operands[0].parts)
    if call.name in ("add", "sub", "mul", "div") and len(operands) == 2 and not call.keywords:
        return carried_binary(lifter, operands[0], IN_PLACE[f"{call.name}_"], operands[1])
    if call.name in IN_PLACE and len(operands) == 2:
        return carried_binary(lifter, operands[0], IN_PLACE[call.name], operands[1])
    if call.name == "index_add" and len(operands) == 4 and not call.keywords:
        return scattered(*operands)
    if call.name == "where" and len(operands) == 3:
        return choose(lifter, *operands)
    form = _EXTREMA.get(call.name)
    if form is None or len(operands) != 2:
        raise NotLiftable(f"a carried variable goes through {call.name}")
    carried, other = operands if operands[0].carry is not None else operands[::-1]
    if carried.carry is None or other.carry is not None or carried.carry.form != "keep":
        raise NotLiftable(f"a carried variable goes through {call.name}")
    if call.style == "builtin":
        lifter.assume_finite(other)
    return updated(carried, form, other)


def _cat(call: Call, parts: tuple[Value, ...]) -> Value:
    carried = [p for p in parts if p.carry is not None]
    if len(carried) != 1 or len(parts) != 2 or parts[0].carry is None:
        raise NotLiftable("a concatenation that does not grow at its end")
    dim = call.argument(1, "dim", "axis")
    if dim is not None and code.integer(dim.code) != 0:
        raise NotLiftable("growth along another dimension than the first")
    if parts[0].carry.form != "keep":
        raise NotLiftable("a tensor that grows twice in an iteration")
    return updated(parts[0], "cat", parts[1])
