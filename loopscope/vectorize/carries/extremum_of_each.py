"""What goes with an extremum, for each iteration of the loops around: its place, or any item.

``best, place = x.min(dim=1)`` gives both, and ``best < bound`` tells where there was any.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.out_of_reach import unmasked
from loopscope.vectorize.carries.passing import may_be_nan, passing
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, NotLiftable, Value, align


@dataclass(frozen=True, slots=True)
class Pick:
    """What a loop leaves where it keeps what goes with an extremum.

    Attributes:
        value: What goes with it.
        found: Where there is one; ``None`` where there always is.
        begins: Where there is none, the place that was found is the first.
    """

    value: Value
    found: Value | None
    begins: bool


def pick_of_each(lifter: Lifter, carry: Carry, axis: Axis, begun: Value | None) -> Pick:
    """Return what goes with the extremum over ``axis``.

    Args:
        lifter: What is known.
        carry: What is compared, and what is set where it passes.
        axis: The loop.
        begun: What the extremum was before it.

    Raises:
        NotLiftable: It is carried on by the loops around, or what it begins with is not known.
    """
    compared, chosen = carry.term, carry.scale
    if compared is None or chosen is None or compared.rank or axis not in compared.axes:
        raise NotLiftable("an extremum over several loops")
    if axis.reverse or begun is None or begun.carry is not None or begun.rank:
        raise NotLiftable("an extremum over several loops")
    form = "max" if "max" in carry.op else "min"
    whole = compared
    if may_be_nan(lifter, compared.code):
        if not begun.is_fixed:
            raise NotLiftable(f"{carry.name} is set where {carry.of} moves")
        strict = is_strict(carry)
        whole = passing(lifter, carry.of, compared, form, begun, strict=strict)
    unbounded = is_infinite(begun.fill or begun.code, form)
    best, place = _best(lifter, carry, whole, form, axis, named=not unbounded or bool(carry.test))
    found = _found(lifter, carry, form, best, begun, axis)
    plain = unmasked(replace(compared, code=lifter.written_out(compared.code)))
    same = code.text(chosen.code) in (code.text(compared.code), code.text(plain.code))
    value = replace(best, python=chosen.python) if same else _item(chosen, place, axis)
    counter = chosen.counter
    counts = counter is not None and (counter.axis.start + counter.offset).is_zero
    all_equal = whole is not compared or unbounded
    begins = counts and all_equal and is_strict(carry) and _moves(chosen, axis)
    return Pick(value, found, begins)


def is_strict(carry: Carry) -> bool:
    """Whether the first of equal items is kept, not the last."""
    return carry.op.endswith("True")


def passes(best: ast.expr, carry: Carry, form: str, bound: ast.expr) -> ast.Compare:
    """Return the loop's own test of the extremum and what it begins with."""
    ops = (ast.Gt(), ast.GtE()) if form == "max" else (ast.Lt(), ast.LtE())
    return ast.Compare(best, [ops[not is_strict(carry)]], [bound])


def _best(
    lifter: Lifter, carry: Carry, compared: Value, form: str, axis: Axis, *, named: bool
) -> tuple[Value, Value]:
    """The extremum and its place; both are ``named`` where both are needed."""
    lifter.used_ops += [f"torch.arg{form}", f"torch.{form}"]
    rest = tuple(a for a in compared.axes if a != axis)
    dim = compared.axes.index(axis)
    plain = Value(compared.code, rest, 0, "tensor", compared.dtype)
    along = {"dim": code.const(dim)} if rest else {}
    if not is_strict(carry):
        turned = code.method(
            code.method(compared.code, "flip", code.const(dim)), f"arg{form}", **along
        )
        last = code.binary(axis.size, ast.Sub(), code.const(1))
        at: ast.expr = code.binary(last, ast.Sub(), turned)
    elif named and rest:
        return _named(lifter, carry, plain, form, dim)
    else:
        at = code.method(compared.code, f"arg{form}", **along)
    best = code.method(compared.code, f"a{form}" if rest else form, **along)
    place = replace(plain, code=at, dtype="int64")
    return replace(plain, code=best), _last_place(lifter, place) if named else place


def _last_place(lifter: Lifter, place: Value) -> Value:
    """The place under a name, where it is long."""
    if not isinstance(place.code, ast.BinOp):
        return place
    text = code.text(place.code)
    if text not in lifter.recurrences:
        lifter.recurrences[text] = lifter.bind("place", place)
    return lifter.recurrences[text]


def _named(lifter: Lifter, carry: Carry, plain: Value, form: str, dim: int) -> tuple[Value, Value]:
    """``best, place = x.min(dim=1)``, written once for all that goes with it."""
    text = code.text(code.method(plain.code, form, dim=dim))
    if text not in lifter.recurrences:
        wanted = carry.of if carry.of.isidentifier() else "best"
        best, place = (lifter.fresh(name) for name in (wanted, "place"))
        made = code.method(plain.code, form, dim=dim)
        lifter.statements.append(code.unpacking((best, place), made))
        lifter.recurrences[text] = replace(plain, code=code.name(best))
        at = replace(plain, code=code.name(place), dtype="int64")
        lifter.recurrences[f"place {text}"] = at
    return lifter.recurrences[text], lifter.recurrences[f"place {text}"]


def _found(
    lifter: Lifter, carry: Carry, form: str, best: Value, begun: Value, axis: Axis
) -> Value | None:
    """Where any item passes what the extremum begins with."""
    bound, test = begun.fill or begun.code, carry.test
    unbounded = is_infinite(bound, form)
    if unbounded and test is None:
        return None
    exact = is_strict(carry) and best.dtype.startswith(("float", "bfloat"))
    if not unbounded or exact or test is None:
        axes = union([best.axes, begun.axes])
        edge = bound if begun.is_fixed else align(begun, axes, 0)
        made: ast.expr = passes(align(best, axes, 0), carry, form, edge)
        lifter.known_names[code.text(made)] = "found"
        return Value(made, axes, 0, "tensor", "bool")
    if axis not in test.axes:
        return test
    rest = tuple(a for a in test.axes if a != axis)
    along = {"dim": code.const(test.axes.index(axis))} if rest else {}
    return Value(code.method(test.code, "any", **along), rest, 0, "tensor", "bool")


def _moves(chosen: Value, axis: Axis) -> bool:
    return axis in chosen.axes or (chosen.counter is not None and chosen.counter.axis == axis)


def _item(chosen: Value, place: Value, axis: Axis) -> Value:
    """What the iteration at each place has set."""
    odd = chosen.members is not None or chosen.mask is not None or chosen.parts is not None
    if odd or chosen.carry is not None or chosen.ragged or chosen.kind == "other":
        raise NotLiftable("what goes with an extremum is not understood")
    python, counter = chosen.python or chosen.kind == "number", chosen.counter
    if not _moves(chosen, axis):
        return chosen
    if counter is not None and counter.also is None and (counter.sign, axis.step) == (1, 1):
        offset = axis.start + counter.offset
        made = place.code if offset.is_zero else code.binary(place.code, ast.Add(), offset.code())
        return replace(place, code=made, python=python)
    if counter is not None:
        chosen = replace(counter_value(counter), counter=None)
    rest = tuple(a for a in chosen.axes if a != axis)
    axes = union([place.axes, rest])
    plain = Value(chosen.code, axes, chosen.rank, "tensor", chosen.dtype, chosen.shape)
    index: list[ast.expr]
    if chosen.axes[0] == axis and not set(rest) & set(place.axes):
        index = [place.code]
    else:
        index = [align(place if a == axis else _every(a), axes, 0) for a in chosen.axes]
    return replace(plain, code=code.subscript(chosen.code, index), python=python)


def _every(axis: Axis) -> Value:
    """All iterations of a loop, as an index."""
    return Value(code.call("torch.arange", axis.size), (axis,), 0, "tensor", "int64")
