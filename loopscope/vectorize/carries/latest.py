"""A variable that keeps the latest item for which a test held: the place of that, and the item.

The place is the running maximum of the places where the test holds, -1 before the first.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Axis, Carry, NotLiftable, Value, align, expand, union


def latest(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return what the variable is after each iteration.

    Raises:
        NotLiftable: The loop runs backward, or loops around carry the variable on.
    """
    test = _test(carry, axis, before)
    lifter.used_ops += ["torch.where", "torch.cummax"]
    running = code.method(_marked(test, axis), "cummax", dim=test.axes.index(axis))
    place = lifter.bind("place", replace(test, code=code.attribute_of(running, "values")))
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
        made = code.subscript(running.code, [*[code.FULL] * dim, code.const(-1)])
        return _picked(lifter, carry, axis, before, replace(test, code=made, axes=axes))
    lifter.used_ops += ["torch.where", "torch.amax"]
    greatest = code.method(_marked(test, axis), "amax", dim=dim)
    place = lifter.bind("place", replace(test, code=greatest, axes=axes))
    return _picked(lifter, carry, axis, before, place)


def keeps_where(guard: Value | None, carry: Carry | None) -> bool:
    """Whether the variable stays as it was wherever the guard holds."""
    if guard is None or carry is None or carry.form != "latest" or carry.test is None:
        return False
    return code.text(guard.code) == code.text(code.inverted(carry.test.code))


def _test(carry: Carry, axis: Axis, before: Value | None) -> Value:
    test = carry.test
    if test is None or axis not in test.axes or axis.reverse or test.rank or carry.term is None:
        raise NotLiftable(f"{carry.name} keeps an item in a way that is not understood")
    if before is not None and before.carry is not None:
        raise NotLiftable(f"{carry.name} is kept through several loops")
    return test


def _marked(test: Value, axis: Axis) -> ast.expr:
    """The places where the test holds."""
    counted = Value(code.call("torch.arange", axis.size), (axis,))
    return code.call("torch.where", test.code, align(counted, test.axes, 0), code.const(-1))


def _picked(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None, place: Value) -> Value:
    """The item at each place, or what the variable was before where there is none."""
    made_of = lifter.initial.get(carry.name)
    if made_of is not None and made_of.is_none:
        raise NotLiftable(f"{carry.name} is nothing before the first item")
    start = before or made_before(lifter, carry.name, carry.term or place)
    if start is None:
        start = Value(code.attribute(carry.name), rank=(carry.term or place).rank)
    lifter.dropped.add(carry.name)
    item = _item(carry, axis, place)
    begin = start.fill if start.fill is not None else start.code
    if item.code is place.code and code.text(begin) == "-1":
        return item
    if isinstance(begin, ast.Constant | ast.UnaryOp):
        start = replace(start, code=begin, axes=(), rank=0)
    axes, rank = union([item.axes, start.axes, place.axes]), max(item.rank, start.rank)
    none_yet = replace(place, code=ast.Compare(place.code, [ast.Lt()], [code.const(0)]))
    parts = (align(v, axes, rank) for v in (none_yet, start, item))
    lifter.used_ops.append("torch.where")
    made = code.call("torch.where", *parts)
    return replace(item, code=made, axes=axes, rank=rank)


def _item(carry: Carry, axis: Axis, place: Value) -> Value:
    term = carry.term or place
    counter = term.counter
    plain = Value(place.code, place.axes, 0, "tensor", term.dtype, python=term.python)
    if counter is not None and counter.axis == axis:
        offset = axis.start + counter.offset
        if counter.sign != 1 or axis.step != 1 or counter.also is not None:
            raise NotLiftable(f"{carry.name} is set to a counter that is not understood")
        whole = replace(plain, dtype="int64", python=True)
        made = code.binary(place.code, ast.Add(), offset.code())
        return whole if offset.is_zero else replace(whole, code=made)
    if axis not in term.axes:
        return _taken(term, term.code, term.axes)
    if place.axes in ((), (axis,)):
        dim = term.axes.index(axis)
        made = code.subscript(term.code, [*[code.FULL] * dim, place.code])
        rest = tuple(a for a in term.axes if a != axis)
        return _taken(term, made, term.axes if place.axes else rest)
    if term.rank:
        raise NotLiftable(f"{carry.name} keeps items of several dimensions")
    rows = expand(term, union([place.axes, (axis,)]))
    dim = rows.axes.index(axis)
    index = code.method(align(place, rows.axes, 0), "clamp", min=0)
    made = code.method(rows.code, "gather", code.const(dim), index)
    if axis not in place.axes:
        made = code.method(made, "squeeze", code.const(dim))
    return _taken(rows, made, place.axes)


def _taken(term: Value, made: ast.expr, axes: tuple[Axis, ...]) -> Value:
    return replace(term, code=made, axes=axes, counter=None, fill=None, factors=None, scaled=None)
