"""A variable that keeps the latest item for which a test held: the place of that, and the item.

The place is the running maximum of the places where the test holds, -1 before the first.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import Carry, NotLiftable, Value, align, expand

_ONE_LESS = Linear((), -1)


def latest(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return what the variable is after each iteration.

    Raises:
        NotLiftable: The loop runs backward, or loops around carry the variable on.
    """
    test = _test(carry, axis, before)
    lifter.used_ops += ["torch.where", "torch.cummin" if axis.reverse else "torch.cummax"]
    dim = test.axes.index(axis)
    whole = _with_first(carry, axis, _start(lifter, carry, before))
    marked = _marked(test, axis, with_first=whole is not None)
    if axis.reverse:
        turned = code.method(code.method(marked, "flip", code.const(dim)), "cummin", dim=dim)
        running: ast.expr = code.method(
            code.attribute_of(turned, "values"), "flip", code.const(dim)
        )
    else:
        running = code.attribute_of(code.method(marked, "cummax", dim=dim), "values")
    place = lifter.bind("place", replace(test, code=running, dtype="int64"))
    if whole is not None:
        lifter.dropped.add(carry.name)
        return _item(replace(carry, term=whole), axis, place, found=True)
    lifter.ranges[f"latest {code.text(test.code)}"] = place
    return _picked(lifter, carry, axis, before, place)


def last_of_all(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return what the variable is once the loop has ended.

    Raises:
        NotLiftable: As ``latest`` does.
    """
    test = _test(carry, axis, before)
    dim, axes = test.axes.index(axis), tuple(a for a in test.axes if a != axis)
    running = lifter.ranges.get(f"latest {code.text(test.code)}")
    if running is not None:
        end = code.const(0 if axis.reverse else -1)
        made = code.subscript(running.code, [*[code.FULL] * dim, end])
        place = replace(test, code=made, axes=axes)
        return _or_none(_picked(lifter, carry, axis, before, place), carry)
    name = "amin" if axis.reverse else "amax"
    lifter.used_ops += ["torch.where", f"torch.{name}"]
    greatest = code.method(_marked(test, axis), name, dim=dim)
    place = lifter.bind("place", replace(test, code=greatest, axes=axes, dtype="int64"))
    return _or_none(_picked(lifter, carry, axis, before, place), carry)


def _or_none(found: Value, carry: Carry) -> Value:
    """``x[place] if place >= 0 else None``, where the variable begins as ``None``."""
    if found.nothing is None:
        return found
    if found.axes or found.nothing.axes:
        raise NotLiftable(f"{carry.name} may be None after an inner loop")
    made = ast.IfExp(found.nothing.code, code.const(None), found.code)
    return replace(found, code=made, nothing=None)


def keeps_where(guard: Value | None, carry: Carry | None) -> bool:
    """Whether the variable stays as it was wherever the guard holds."""
    if guard is None or carry is None or carry.form != "latest" or carry.test is None:
        return False
    return code.text(guard.code) == code.text(code.inverted(carry.test.code))


def _test(carry: Carry, axis: Axis, before: Value | None) -> Value:
    test = carry.test
    if test is None or axis not in test.axes or carry.term is None:
        raise NotLiftable(f"{carry.name} keeps an item in a way that is not understood")
    if before is not None and before.carry is not None:
        raise NotLiftable(f"{carry.name} is kept through several loops")
    return test


def _start(lifter: Lifter, carry: Carry, before: Value | None) -> Value | None:
    """What the variable is before the loop, where that is known."""
    start = lifter.start_of.get(carry.name) or before
    return start or (made_before(lifter, carry.name, carry.term) if carry.term else None)


def _with_first(carry: Carry, axis: Axis, start: Value | None) -> Value | None:
    """``x`` for ``x[1:]``, where the variable begins as ``x[0]``: there always is an item."""
    term = carry.term
    if term is None or start is None or start.axes or axis.reverse or axis.step != 1:
        return None
    match term.code, start.code:
        case (
            ast.Subscript(value=rest, slice=ast.Slice() as part),
            ast.Subscript(value=whole, slice=first),
        ) if (
            code.text(rest) == code.text(whole)
            and code.text(part) == "1:"
            and code.integer(first) == 0
            and term.axes[:1] == (axis,)
            and axis.start == Linear((), 1)
        ):
            return replace(term, code=whole)
        case _:
            return None


def _marked(test: Value, axis: Axis, *, with_first: bool = False) -> ast.expr:
    """The places where the test holds; elsewhere one before the first, or behind the last."""
    if with_first:
        every = align(counter_value(Counter(axis)), test.axes, test.rank)
        return code.call("torch.where", test.code, every, code.const(0))
    counted = Value(code.call("torch.arange", axis.size), (axis,))
    none = axis.size if axis.reverse else code.const(-1)
    return code.call("torch.where", test.code, align(counted, test.axes, test.rank), none)


def _none_yet(place: Value, axis: Axis) -> Value:
    op, edge = (ast.Eq(), axis.size) if axis.reverse else (ast.Lt(), code.const(0))
    return replace(place, code=ast.Compare(place.code, [op], [edge]), dtype="bool")


def _picked(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None, place: Value) -> Value:
    """The item at each place, or what the variable was before where there is none."""
    made_of = lifter.initial.get(carry.name)
    item = _item(carry, axis, place)
    if made_of is not None and made_of.is_none:
        lifter.dropped.add(carry.name)
        return replace(item, nothing=_none_yet(place, axis))
    start = _start(lifter, carry, before)
    if start is None:
        start = Value(code.attribute(carry.name), rank=(carry.term or place).rank)
    lifter.dropped.add(carry.name)
    begin = start.fill if start.fill is not None else start.code
    if item.code is place.code and code.text(begin) == "-1" and not axis.reverse:
        return item
    if isinstance(begin, ast.Constant | ast.UnaryOp):
        start = replace(start, code=begin, axes=(), rank=0)
    axes, rank = union([item.axes, start.axes, place.axes]), max(item.rank, start.rank)
    parts = (align(v, axes, rank) for v in (_none_yet(place, axis), start, item))
    lifter.used_ops.append("torch.where")
    made = code.call("torch.where", *parts)
    return replace(item, code=made, axes=axes, rank=rank)


def _item(carry: Carry, axis: Axis, place: Value, *, found: bool = False) -> Value:
    """The item at each place, by ``gather`` where one is ``found`` from the first iteration on.

    What ``gather`` returns never shares memory with what the loop stores to.
    """
    term = carry.term or place
    counter = term.counter
    plain = Value(place.code, place.axes, place.rank, "tensor", term.dtype, python=term.python)
    if counter is not None and counter.axis == axis:
        offset = axis.start + counter.offset
        if counter.sign != 1 or axis.step != 1 or counter.also is not None:
            raise NotLiftable(f"{carry.name} is set to a counter that is not understood")
        whole = replace(plain, dtype="int64", python=True)
        made = code.binary(place.code, ast.Add(), offset.code())
        return whole if offset.is_zero else replace(whole, code=made)
    if axis not in term.axes:
        return _taken(term, term.code, term.axes)
    if place.axes in ((), (axis,)) and not place.rank and (term.rank or not found):
        dim = term.axes.index(axis)
        made = code.subscript(term.code, [*[code.FULL] * dim, _inside(place, axis, wraps=True)])
        rest = tuple(a for a in term.axes if a != axis)
        return _taken(term, made, term.axes if place.axes else rest)
    if term.rank != place.rank:
        raise NotLiftable(f"{carry.name} keeps items of several dimensions")
    rows = expand(term, union([place.axes, (axis,)]))
    dim = rows.axes.index(axis)
    index = place if found else replace(place, code=_inside(place, axis))
    made = code.method(rows.code, "gather", code.const(dim), align(index, rows.axes, place.rank))
    if axis not in place.axes:
        made = code.method(made, "squeeze", code.const(dim))
    return _taken(rows, made, place.axes)


def _inside(place: Value, axis: Axis, *, wraps: bool = False) -> ast.expr:
    """Places where there is none yet as any place that there is."""
    if axis.reverse:
        return code.method(place.code, "clamp", max=(axis.stop - axis.start + _ONE_LESS).code())
    return place.code if wraps else code.method(place.code, "clamp", min=0)


def _taken(term: Value, made: ast.expr, axes: tuple[Axis, ...]) -> Value:
    return replace(term, code=made, axes=axes, counter=None, fill=None, factors=None, scaled=None)
