"""Where an extremum of several loops is: ``divmod(int(x.argmin()), x.shape[1])``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.passing import may_be_nan
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.counters import counted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import Carry, NotLiftable, Value


def pick_of_all(lifter: Lifter, carry: Carry, begun: Value | None) -> Value:
    """Return what goes with the extremum over all loops that the items are compared in.

    Args:
        lifter: What is known.
        carry: What is compared, and what is set where it passes.
        begun: What the extremum was before the outermost of them.

    Raises:
        NotLiftable: The last of equal items is kept, or what the extremum begins with may be it.
    """
    compared, chosen = carry.term, carry.scale
    if compared is None or chosen is None or compared.rank or not carry.op.endswith("True"):
        raise NotLiftable(f"the last of equal {carry.of} over several loops")
    form = "max" if "max" in carry.op else "min"
    start = begun if begun is not None else made_before(lifter, carry.of, compared)
    known = lifter.initial.get(carry.of)
    is_none = start is None and known is not None and known.is_none
    unbounded = start is not None and is_infinite(start.fill or start.code, form)
    if may_be_nan(lifter, compared.code) or not (is_none or unbounded):
        raise NotLiftable(f"{carry.name} is set where {carry.of} moves, in several loops")
    if carry.test is not None:
        lifter.assume(code.text(code.method(carry.test.code, "any")))
    lifter.used_ops += [f"torch.arg{form}", f"torch.{form}"]
    lifter.dropped.add(carry.name)
    place = code.call("int", code.method(compared.code, f"arg{form}"))
    if _is_pair(chosen, compared.axes):
        return Value(code.call("divmod", place, compared.axes[1].size), kind="other")
    return _picked(chosen, compared.axes, named_place(lifter, place).code)


def named_place(lifter: Lifter, place: ast.expr) -> Value:
    """Return the place by a name of its own: all that is set there reads it."""
    key = code.text(place)
    if key not in lifter.ranges:
        lifter.ranges[key] = lifter.bind("place", Value(place, kind="number", dtype="int"))
    return lifter.ranges[key]


def _is_pair(chosen: Value, axes: Sequence[Axis]) -> bool:
    """Whether what goes with the extremum are the counters of two loops, from zero on."""
    pairs = [counted(part) for part in chosen.parts or ()]
    return len(axes) == 2 and pairs == [(axis, Linear()) for axis in axes]


def _picked(chosen: Value, axes: Sequence[Axis], place: ast.expr) -> Value:
    if chosen.parts is not None:
        parts = tuple(_picked(p, axes, place) for p in chosen.parts)
        return replace(chosen, code=code.tuple_of([p.code for p in parts]), parts=parts)
    if (pair := counted(chosen)) is not None:
        axis, offset = pair
        moved = _along(axes, axes.index(axis), place)
        if not offset.is_zero:
            moved = code.binary(moved, ast.Add(), offset.code())
        return Value(moved, kind="number", dtype="int")
    if chosen.is_fixed:
        return chosen
    if any(axis not in axes for axis in chosen.axes) or chosen.kind == "other":
        raise NotLiftable("what goes with an extremum over several loops")
    at = [_along(axes, axes.index(axis), place) for axis in chosen.axes]
    return replace(chosen, code=code.subscript(chosen.code, at), axes=(), counter=None)


def _along(axes: Sequence[Axis], number: int, place: ast.expr) -> ast.expr:
    """The place along one of the loops."""
    behind = [axis.size for axis in axes[number + 1 :]]
    made = place
    if behind:
        count = behind[0]
        for size in behind[1:]:
            count = code.binary(count, ast.Mult(), size)
        made = code.binary(place, ast.FloorDiv(), count)
    return made if number == 0 else code.binary(made, ast.Mod(), axes[number].size)
