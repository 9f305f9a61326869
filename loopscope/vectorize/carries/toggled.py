"""A variable that some iterations turn over: ``if x[i] > 0: inside = not inside``.

After the loop it is turned over as often as the test held: what counts is whether that is odd.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import (
    aligned_binary,
    aligned_choice,
    aligned_comparison,
    aligned_logic,
)
from loopscope.vectorize.value import Carry, NotLiftable, Value, expand, whole_number

_ZERO, _ONE, _TWO = map(code.const, range(3))


def turned_at_the_end(
    lifter: Lifter, carry: Carry, count: Value, before: Value | None, name: str
) -> Value:
    """Return what the variable is once its loop has ended.

    Args:
        lifter: What the variable was before all loops.
        carry: What an iteration does to it.
        count: In how many iterations it does so.
        before: What it was before the loop, where the loops around it know.
        name: The variable.

    Raises:
        NotLiftable: It begins as something that is not known.
    """
    odd = aligned_binary(lifter, count, ast.Mod(), whole_number(_TWO))
    lifter.used_ops.append("torch.remainder")
    if before is not None and before.carry is not None:
        again = _turned_again(before.carry, carry, _is_odd(lifter, odd))
        return replace(before, carry=again)
    start = _start(lifter, carry, before)
    lifter.dropped.add(name)
    made = _from_start(lifter, carry, odd, start)
    kind = "bool" if carry.op == "not" else "int"
    if made.axes or start.kind != "number":
        return replace(made, python=start.kind == "number")
    return replace(made, code=code.call(kind, made.code), kind="number", dtype=kind)


def turned_so_far(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return what the variable is after each iteration.

    Raises:
        NotLiftable: As ``turned_at_the_end`` does, or the loop runs backward.
    """
    if carry.term is None or axis.reverse or (before is not None and before.carry is not None):
        raise NotLiftable(f"{carry.name} is turned over in a way that is not understood")
    term = expand(carry.term, union([carry.term.axes, (axis,)]))
    lifter.used_ops += ["torch.cumsum", "torch.remainder"]
    so_far = code.method(term.code, "cumsum", dim=code.const(term.axes.index(axis)))
    count = Value(so_far, term.axes, 0, "tensor", "int64")
    odd = aligned_binary(lifter, count, ast.Mod(), whole_number(_TWO))
    start = _start(lifter, carry, before)
    lifter.dropped.add(carry.name)
    return replace(_from_start(lifter, carry, odd, start), python=start.kind == "number")


def _from_start(lifter: Lifter, carry: Carry, odd: Value, start: Value) -> Value:
    """What it began as, turned over where the number is odd."""
    begins = start.code.value if isinstance(start.code, ast.Constant) else None
    match carry.op, begins:
        case "not", bool():
            wanted = whole_number(_ZERO if begins else _ONE)
            return aligned_comparison(lifter, odd, ast.Eq(), wanted)
        case "not", _:
            return aligned_logic(start, ast.BitXor(), _is_odd(lifter, odd))
        case "xor" | "one less", 0:
            return odd
        case "xor", _:
            return aligned_binary(lifter, start, ast.BitXor(), odd)
        case "one less", 1:
            return aligned_binary(lifter, whole_number(_ONE), ast.Sub(), odd)
        case _:
            other = aligned_binary(lifter, whole_number(_ONE), ast.Sub(), start)
            return aligned_choice(lifter, _is_odd(lifter, odd), other, start)


def _is_odd(lifter: Lifter, odd: Value) -> Value:
    return aligned_comparison(lifter, odd, ast.Eq(), whole_number(_ONE))


def _turned_again(before: Carry, carry: Carry, odd: Value) -> Carry:
    """What a loop around carries on."""
    if before.form == "keep":
        return replace(carry, term=odd)
    if before.form != "toggle" or before.op != carry.op or before.term is None:
        raise NotLiftable("a variable that two loops update in different ways")
    return replace(carry, term=aligned_logic(before.term, ast.BitXor(), odd))


def _start(lifter: Lifter, carry: Carry, before: Value | None) -> Value:
    start = before or made_before(lifter, carry.name, Value(code.attribute(carry.name)))
    if start is None:
        seen = lifter.loaded.get(carry.name)
        number = seen is not None and seen.kind == "number"
        start = Value(code.attribute(carry.name), kind="number" if number else "tensor")
    if carry.op == "not" and start.kind != "number":
        raise NotLiftable(f"{carry.name} is turned over in a way that is not understood")
    return start
