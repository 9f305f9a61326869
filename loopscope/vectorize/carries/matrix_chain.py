"""Products of matrices: powers, and prefix products by doubling."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, NotLiftable, Value


def matrix_chain(lifter: Lifter, carry: Carry, axis: Axis, name: str) -> Value:
    """A product of matrices; of one matrix it is a power."""
    term = carry.term
    if term is None:
        raise NotLiftable(f"{name} of one iteration is read by the next")
    if axis in term.axes:
        whole = matrix_scan(lifter, carry, axis, name)
        last = code.const(0 if axis.reverse else -1)
        return replace(whole, code=code.subscript(whole.code, [last]), axes=())
    if term.axes:
        raise NotLiftable(f"{name} is carried through loops in a way that is not understood")
    lifter.used_ops.append("torch.linalg.matrix_power")
    power = code.call("torch.linalg.matrix_power", term.code, axis.size)
    made = lifter.initial.get(name)
    if made is not None and made.is_identity:
        lifter.dropped.add(name)
        return replace(term, code=power)
    sides = (
        (power, code.attribute(name)) if carry.form == "left" else (code.attribute(name), power)
    )
    return replace(term, code=code.binary(sides[0], ast.MatMult(), sides[1]))


def matrix_scan(lifter: Lifter, carry: Carry, axis: Axis, name: str) -> Value:
    """All prefix products of matrices, by doubling."""
    term = carry.term
    known = lifter.recurrences.get(name)
    if known is not None:
        return known
    if term is None or term.axes != (axis,) or axis.reverse:
        raise NotLiftable(f"{name} is carried through loops in a way that is not understood")
    lifter.used_ops += ["associative_scan", "torch.matmul"]
    made = lifter.initial.get(name)
    h, step = lifter.fresh(name), lifter.fresh("step")
    items, start = code.text(term.code), code.text(code.attribute(name))
    lines = [f"{h} = {items}"]
    if made is None or not made.is_identity:
        first = f"{items}[0] @ {start}" if carry.form == "left" else f"{start} @ {items}[0]"
        lines = [f"{h} = torch.cat([({first})[None], {items}[1:]])"]
    else:
        lifter.dropped.add(name)
    pair = f"{h}[{step}:] @ {h}[:-{step}]"
    if carry.form == "right":
        pair = f"{h}[:-{step}] @ {h}[{step}:]"
    lines += [
        f"{step} = 1",
        f"while {step} < len({h}):",
        f"    {h} = torch.cat([{h}[:{step}], {pair}])",
        f"    {step} *= 2",
    ]
    lifter.statements += ast.parse("\n".join(lines)).body
    lifter.recurrences[name] = replace(term, code=code.name(h))
    return lifter.recurrences[name]
