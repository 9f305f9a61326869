"""What the first iteration sets in which a test holds."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import Carry, NotLiftable, Value, align


def first_match(
    lifter: Lifter, carry: Carry, axis: Axis, name: str, before: Value | None
) -> Value:
    """The first match, or what the variable was before."""
    value, found = carry.term, carry.scale
    if value is None or found is None or value.rank:
        raise NotLiftable(f"{name} is set by the first match")
    if found.axes != (axis,):
        return _first_of_each(lifter, value, found, axis, name, before)
    if any(other.order != axis.order for other in value.axes):  # the last of these that has one
        raise NotLiftable(f"{name} is set by the first match")
    made = lifter.initial.get(name)
    hit = code.method(found.code, "any")
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    if made is None:  # as it was
        made = Initial(code.attribute(name), ast.Pass())
    else:
        lifter.dropped.add(name)
    if _is_true(value) and made.is_fill(False):
        result = code.call("bool", hit) if value.kind == "number" else hit
        return Value(result, (), 0, value.kind, "bool")
    picked = _picked(value, place_of_first(found, axis), name)
    if value.kind == "number":
        kind = "float" if value.dtype.startswith("float") else "int"
        number = code.call(kind, picked) if value.axes else picked
        chosen: ast.expr = ast.IfExp(hit, number, made.code)
        return Value(chosen, (), 0, "number", kind if value.axes else value.dtype)
    start = made.fill if made.fill is not None else made.code
    begun = lifter.loaded.get(name)
    if made.is_none or made.scalar or (begun is not None and begun.kind == "number"):
        return Value(ast.IfExp(hit, picked, start), (), 0, "tensor", value.dtype)
    chosen = code.call("torch.where", hit, picked, start)
    return Value(chosen, (), 0, "tensor", value.dtype)


def _first_of_each(
    lifter: Lifter, value: Value, found: Value, axis: Axis, name: str, before: Value | None
) -> Value:
    """The first match in each row of an outer loop, or what the variable was before."""
    axes = tuple(a for a in found.axes if a != axis)
    if before is None or before.rank or before.kind == "other" or before.carry is not None:
        raise NotLiftable(f"{name} is set by the first match")
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    hit = hit_of(found, axis)
    lifter.dropped.add(name)
    python = value.kind == "number" or value.python
    if _is_true(value) and code.text(before.code) == "False":
        return replace(hit, python=python)
    picked = at_first(value, found, axis)
    chosen = code.call("torch.where", *(align(v, axes, 0) for v in (hit, picked, before)))
    return Value(chosen, axes, 0, "tensor", picked.dtype, python=python)


def first_of_each(lifter: Lifter, carry: Carry, axis: Axis) -> Value:
    """What a variable is set to in those rows in which anything is a match."""
    if carry.term is None or carry.scale is None:
        raise NotLiftable(f"{carry.name} is set by the first match")
    lifter.used_ops += ["torch.any", "torch.argmax", "torch.nonzero"]
    found = at_first(carry.term, carry.scale, axis)
    if found.axes or found.rank or not _is_python(carry.term):
        return found
    kind = "float" if carry.term.dtype.startswith("float") else "int"
    return replace(found, code=code.call(kind, found.code), kind="number", dtype=kind)


def hit_of(found: Value, axis: Axis) -> Value:
    """Whether any iteration of the loop is a match."""
    axes = tuple(a for a in found.axes if a != axis)
    dim = {} if not axes else {"dim": found.axes.index(axis)}
    return Value(code.method(found.code, "any", **dim), axes, 0, "tensor", "bool")


def at_first(value: Value, found: Value, axis: Axis) -> Value:
    """The value of the first iteration that is a match."""
    return at_place(value, place_of_first(found, axis), found.axes, axis)


def at_place(value: Value, place: ast.expr, among: tuple[Axis, ...], axis: Axis) -> Value:
    """The value of the iteration at ``place``, one for each of the other loops ``among``."""
    axes = tuple(a for a in among if a != axis)
    if axis not in value.axes:
        return value
    if value.counter is None and value.axes == among and axes and not value.rank:
        if among[-1] != axis:
            raise NotLiftable("the first match of what differs between rows")
        index = code.subscript(place, [*[code.FULL] * len(axes), code.NONE])
        item = code.method(value.code, "gather", code.const(len(axes)), index)
        return replace(value, code=code.method(item, "squeeze", code.const(-1)), axes=axes)
    if value.counter is None and value.axes != (axis,):
        raise NotLiftable("the first match of what differs between rows")
    dtype = "int64" if value.counter is not None else value.dtype
    return Value(_picked(value, place, "it", axis), axes, value.rank, "tensor", dtype)


def place_of_first(found: Value, axis: Axis) -> ast.expr:
    """Where the first match is: the last one in memory where the loop runs backward."""
    dim = code.const(found.axes.index(axis))
    dims = {} if found.axes == (axis,) else {"dim": dim}
    hits = code.method(found.code, "int")
    if not axis.reverse:
        return code.method(hits, "argmax", **dims)
    back = code.method(code.method(hits, "flip", dim), "argmax", **dims)
    last = axis.stop - axis.start + Linear((), -1)
    return code.binary(last.code(), ast.Sub(), back)


def _picked(value: Value, place: ast.expr, name: str, axis: Axis | None = None) -> ast.expr:
    """What the iteration at ``place`` sets."""
    counter = value.counter
    if counter is not None and counter.sign == 1 and counter.axis.step == 1:
        if axis is not None and counter.axis != axis:
            raise NotLiftable(f"{name} is set by the first match")
        offset = counter.axis.start + counter.offset
        return place if offset.is_zero else code.binary(place, ast.Add(), offset.code())
    if not value.axes:
        return value.code
    if axis is not None and value.axes != (axis,):
        raise NotLiftable(f"{name} is set by the first match")
    return code.subscript(value.code, [place])


def _is_python(value: Value) -> bool:
    """Whether it is a number of Python's in the loop that is a tensor here."""
    return (value.kind == "number" or value.python) and bool(value.axes)


def _is_true(value: Value) -> bool:
    return code.text(value.code) in ("True", "torch.tensor(True)")
