"""The values of a variable that is made anew where a test holds.

What counts up from there is how far the place of the latest such test lies back, a running
maximum. Anything else is a segmented scan by doubling (Blelloch, *Prefix Sums and Their
Applications*, 1990, section 1.5): a value takes nothing from before the latest test.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import number_in
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.forms import is_number
from loopscope.vectorize.carries.recurrence import by_doubling
from loopscope.vectorize.carries.shifted import shifted
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import aligned_binary, aligned_choice
from loopscope.vectorize.value import Carry, NotLiftable, Value, whole_number

_ZERO, _ONE = whole_number(code.const(0)), whole_number(code.const(1))


def restarted(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return what the variable is after each iteration.

    Raises:
        NotLiftable: It is made anew in a way that is not understood.
    """
    name, test, anew = carry.name, carry.test, carry.first
    if test is None or anew is None or test.axes != (axis,) or test.rank:
        raise NotLiftable(f"{name} is made anew in a way that is not understood")
    if before is not None and before.carry is not None:
        raise NotLiftable(f"{name} is carried through several loops")
    start = start_of(lifter, carry, before)
    known = lifter.recurrences.get(name) or _counted(lifter, carry, test, axis, start)
    if known is None:
        known = _segmented(lifter, carry, test, anew, axis, start)
        lifter.recurrences[name] = known
    return known


def seen_before_the_end(
    lifter: Lifter, seen: Carry, carry: Carry, axis: Axis, before: Value | None
) -> Value:
    """Return what the variable is in the midst of each iteration.

    Args:
        lifter: Where statements are written.
        seen: What the iteration had made of it by then.
        carry: What the iteration makes of it.
        axis: The loop.
        before: What it was before the loop.
    """
    start = start_of(lifter, carry, before)
    if seen.form == "latest" and carry.test is not None:
        counted = _counted(lifter, carry, carry.test, axis, start, stepped=False)
        if counted is not None:
            return counted
    begins = shifted(lifter, restarted(lifter, carry, axis, before), start, axis)
    match seen.form:
        case "keep":
            return begins
        case "latest" if seen.test is not None and seen.term is not None:
            return aligned_choice(lifter, seen.test, seen.term, begins)
        case "add" | "affine" | "mul" if seen.term is not None and seen.test is None:
            scale = seen.term if seen.form == "mul" else seen.scale
            if scale is not None:
                begins = aligned_binary(lifter, begins, ast.Mult(), scale)
            if seen.form == "mul":
                return begins
            return aligned_binary(lifter, begins, ast.Add(), seen.term)
        case _:
            raise NotLiftable(f"{carry.name} is read before it is updated")


def filled_with(lifter: Lifter, value: Value, number: int) -> bool:
    """Whether every element is this number."""
    return is_number(_number(lifter, value), number)


def start_of(lifter: Lifter, carry: Carry, before: Value | None) -> Value:
    """Return what the variable was before the loop."""
    term = carry.term or _ZERO
    start = lifter.start_of.get(carry.name) or before or made_before(lifter, carry.name, term)
    if start is None:
        return Value(code.attribute(carry.name), rank=term.rank)
    lifter.dropped.add(carry.name)
    return start


def _counted(
    lifter: Lifter, carry: Carry, test: Value, axis: Axis, start: Value, stepped: bool = True
) -> Value | None:
    """A count of iterations since the latest test; ``None`` for anything else.

    ``stepped``, as it is after the step.
    """
    if carry.term is None or carry.first is None or carry.scale is not None or axis.reverse:
        return None
    step, anew, begun = (_whole(lifter, value) for value in (carry.term, carry.first, start))
    if not step or anew is None or begun is None or (anew - begun) % step:
        return None
    ahead = carry.op == "before"
    never = (anew - begun) // step - (not ahead)  # as if it had been made anew there
    if never > 0:
        return None
    key = f"since {carry.name}"
    if key not in lifter.ranges:
        lifter.used_ops += ["torch.where", "torch.cummax"]
        places = lifter.bind("places", Value(code.call("torch.arange", axis.size), (axis,)))
        latest = code.call("torch.where", test.code, places.code, code.const(never))
        running = code.attribute_of(code.method(latest, "cummax", dim=0), "values")
        since = code.binary(places.code, ast.Sub(), running)
        whole = carry.term.kind == "number" or carry.term.python
        lifter.ranges[key] = Value(since, (axis,), 0, "tensor", "int64", python=whole)
    made = lifter.ranges[key].code
    if step != 1:
        made = code.binary(made, ast.Mult(), code.const(step))
    offset = anew + step * (ahead and stepped)
    if offset:
        op = ast.Add() if offset > 0 else ast.Sub()
        made = code.binary(made, op, code.const(abs(offset)))
    return replace(lifter.ranges[key], code=made)


def _whole(lifter: Lifter, value: Value) -> int | None:
    number = _number(lifter, value)
    return None if number is None else code.integer(number)


def _number(lifter: Lifter, value: Value) -> ast.expr | None:
    """The number that every element is."""
    if value.fill is not None or not value.is_fixed:
        return value.fill
    return number_in(lifter.defined(value.code))


def _segmented(
    lifter: Lifter, carry: Carry, test: Value, anew: Value, axis: Axis, start: Value
) -> Value:
    scale, term = carry.scale or _ONE, carry.term or _ZERO
    if carry.op == "instead":
        term = aligned_choice(lifter, test, anew, term)
    elif not filled_with(lifter, anew, 0):
        fresh = aligned_binary(lifter, anew, ast.Mult(), scale) if carry.scale else anew
        fresh = aligned_binary(lifter, fresh, ast.Add(), term) if carry.term else fresh
        term = aligned_choice(lifter, test, fresh, term)
    begins = None if filled_with(lifter, start, 0) else start
    name = "state" if " " in carry.name else carry.name.rsplit(".", 1)[-1]
    whole = by_doubling(lifter, name, scale, term, begins, axis, restarts=test)
    return replace(whole, python=term.python)
