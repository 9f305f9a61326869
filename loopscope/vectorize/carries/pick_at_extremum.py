"""The index, or the item, that goes with an extremum."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Axis, NotLiftable, Value


def pick_at_extremum(lifter: Lifter, value: Value, axis: Axis) -> Value:
    """The index, or the item, that goes with an extremum."""
    carry = value.carry
    if carry is None or carry.term is None or carry.scale is None:
        raise NotLiftable("a test of a carried variable")
    form = "max" if "max" in carry.op else "min"
    compared, chosen = carry.term, carry.scale
    if axis.reverse or compared.axes != (axis,) or compared.rank != 0:
        raise NotLiftable("an extremum over several loops")
    place = code.method(compared.code, f"arg{form}")
    lifter.used_ops.append(f"torch.arg{form}")
    if chosen.counter is not None and chosen.counter.sign == 1:
        offset = chosen.counter.axis.start + chosen.counter.offset
        made: ast.expr = place
        if not offset.is_zero:
            made = code.binary(place, ast.Add(), offset.code())
        found = Value(made, (), 0, "tensor", "int64")
        if chosen.kind == "number":
            return replace(found, code=code.call("int", made), kind="number", dtype="int")
        return found
    return replace(chosen, code=code.subscript(chosen.code, [place]), axes=())
