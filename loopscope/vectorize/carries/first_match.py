"""What the first iteration sets in which a test holds."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, NotLiftable, Value


def first_match(lifter: Lifter, carry: Carry, name: str, before: Value | None) -> Value:
    """The first match, or what the variable was before."""
    value, found = carry.term, carry.scale
    made = lifter.initial.get(name)
    if value is None or found is None or value.rank or made is None:
        raise NotLiftable(f"{name} is set by the first match")
    hit = code.method(found.code, "any")
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    lifter.dropped.add(name)
    yes = code.text(value.code) in ("True", "torch.tensor(True)")
    if yes and made.is_fill(False):
        result = code.call("bool", hit) if value.kind == "number" else hit
        return Value(result, (), 0, value.kind, "bool")
    place = code.method(code.method(found.code, "int"), "argmax")
    if value.counter is not None and value.counter.sign == 1 and value.counter.axis.step == 1:
        offset = value.counter.axis.start + value.counter.offset
        picked: ast.expr = (
            place if offset.is_zero else code.binary(place, ast.Add(), offset.code())
        )
    elif value.axes:
        picked = code.subscript(value.code, [place])
    else:
        picked = value.code
    if value.kind == "number":
        chosen: ast.expr = ast.IfExp(hit, code.call("int", picked), made.code)
        return Value(chosen, (), 0, "number", "int")
    start = made.fill if made.fill is not None else made.code
    chosen = code.call("torch.where", hit, picked, start)
    return Value(chosen, (), 0, "tensor", value.dtype)
