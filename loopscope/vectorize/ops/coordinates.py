"""Where a mask holds, ``y, x = torch.where(mask)``: all places, those that it holds count."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.known import Coordinates
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import compare
from loopscope.vectorize.ops.building import stacked
from loopscope.vectorize.span_masks import count_inside
from loopscope.vectorize.value import NotLiftable, Value, whole_number

_GREATEST = {"max": True, "amax": True, "min": False, "amin": False}


@batches("nonzero", "argwhere")
def places(lifter: Lifter, call: Call) -> Value:
    """``mask.nonzero()``, as one tensor or as a tuple."""
    told = call.argument(1, "as_tuple")
    as_tuple = told is not None and code.text(told.code) == "True"
    numpy = lifter.imports.get("numpy", "numpy")
    if call.name == "nonzero" and (call.style == numpy or call.args[0].array):
        as_tuple = True
    return coordinates_of(lifter, call.args[0], as_tuple=as_tuple)


def coordinates_of(lifter: Lifter, test: Value, *, as_tuple: bool) -> Value:
    """Return the coordinates of the places where a test holds, one of each or all together.

    Raises:
        NotLiftable: The test is no tensor of each iteration's own.
    """
    plain = not (test.carry or test.members or test.mask or test.ragged or test.array)
    if test.kind != "tensor" or not test.axes or test.rank < 1 or not plain:
        raise NotLiftable("places whose number the data decides")
    if test.dtype != "bool":
        test = compare(lifter, test, ast.NotEq(), whole_number(code.const(0)))
    dims = tuple(range(test.rank))
    if as_tuple:
        parts = tuple(_along(test, dim) for dim in dims)
        return Value(test.code, kind="other", parts=parts)
    lines = [code.call("torch.arange", size) for size in _sizes(test)]
    made: ast.expr = code.call("torch.cartesian_prod", *lines)
    if test.rank == 1:
        made = code.subscript(lines[0], [code.FULL, code.NONE])
    shape = (None, test.rank)
    found = Value(made, (), 2, "tensor", "int64", shape, mask=_in_a_row(test))
    return replace(found, coordinates=Coordinates(made, test, dims))


def of_places(call: Call, value: Value) -> Value | None:
    """``mask.nonzero().T``, and the shape of it; ``None`` for other ops, and of other values."""
    known = value.coordinates
    if known is None or known.code is not value.code:
        return None
    of_a_row = value.rank == 2 and known.test.rank == 1
    single = call.name in ("flatten", "ravel", "squeeze") or (
        call.name in ("view", "reshape") and [code.integer(a.code) for a in call.args[1:]] == [-1]
    )
    match call.name:
        case _ if of_a_row and single:
            return one_coordinate(value, 0)
        case "T" | "t" | "unbind" if value.rank == 2:
            parts = tuple(_along(known.test, d) for d in known.dims)
            return Value(value.code, kind="other", parts=parts)
        case "size" | "shape":
            counted = replace(count_inside(_in_a_row(known.test)), kind="number", dtype="int")
            sizes = (counted, whole_number(code.const(len(known.dims))))[: value.rank]
            number = code.integer(call.args[1].code) if len(call.args) > 1 else None
            if number is not None:
                return sizes[number]
            return Value(value.code, kind="other", parts=sizes)
        case _:
            return None


def end_of_places(base: Value, at: ast.expr | None) -> Value | None:
    """``places[0]`` and ``places[-1]``: along the first dimension they stand in order."""
    known, number = base.coordinates, code.integer(at) if at is not None else None
    if known is None or known.code is not base.code or base.rank != 1 or known.dims != (0,):
        return None
    return _end(known.test, 0, greatest=number == -1) if number in (0, -1) else None


def one_coordinate(value: Value, number: int) -> Value | None:
    """``places[:, k]``; ``None`` where these are no places."""
    known = value.coordinates
    if known is None or known.code is not value.code or value.rank != 2:
        return None
    return _along(known.test, known.dims[number])


def extent(lifter: Lifter, call: Call, value: Value) -> Value | None:
    """Return the least or the greatest coordinate, by what the mask holds along the dimension.

    ``None`` where the value is no coordinate as it was found, or another op is done to it. Of no
    place at all there is none: the loop raises, or does not come here.
    """
    known, greatest = value.coordinates, _GREATEST.get(call.name)
    if known is None or known.code is not value.code or greatest is None:
        return None
    dim = call.argument(1, "dim", "axis")
    if call.keywords.keys() - {"dim", "axis"} or (dim is not None and code.integer(dim.code) != 0):
        return None
    if value.rank == 2 and dim is None:
        return None
    lifter.used_ops += ["torch.any", "torch.amax" if greatest else "torch.argmax"]
    found = [_end(known.test, d, greatest=greatest) for d in known.dims]
    made = found[0] if value.rank == 1 else stacked(lifter, tuple(found), 0)
    if dim is None or call.name in ("amax", "amin"):
        return made
    place = replace(made, code=code.unwritten("which of the places is the outermost"))
    return Value(made.code, made.axes, 0, "other", parts=(made, place))


def _end(test: Value, dim: int, *, greatest: bool) -> Value:
    """The first or the last index along a dimension at which the mask holds anywhere."""
    front = len(test.axes)
    others: list[ast.expr] = [code.const(front + d) for d in range(test.rank) if d != dim]
    held = test.code
    if others:
        over = others[0] if len(others) == 1 else code.tuple_of(others)
        held = code.method(held, "any", dim=over)
    if greatest:
        line = code.call("torch.arange", _sizes(test)[dim])
        made = code.method(code.binary(held, ast.Mult(), line), "amax", dim=front)
    else:
        made = code.method(code.method(held, "int"), "argmax", dim=front)
    return Value(made, test.axes, 0, "tensor", "int64")


def _along(test: Value, dim: int) -> Value:
    """The coordinate of every place along one dimension, all places in a row."""
    sizes = _sizes(test)
    made: ast.expr = code.call("torch.arange", sizes[dim])
    if behind := sizes[dim + 1 :]:
        made = code.method(made, "repeat_interleave", _product(behind))
    if before := sizes[:dim]:
        made = code.method(made, "repeat", _product(before))
    found = Value(made, (), 1, "tensor", "int64", (None,), mask=_in_a_row(test))
    return replace(found, coordinates=Coordinates(made, test, (dim,)))


def _in_a_row(test: Value) -> Value:
    made = test.code
    if test.rank > 1:
        made = code.method(made, "flatten", code.const(len(test.axes)))
    return Value(made, test.axes, 1, "tensor", "bool", (None,))


def _sizes(test: Value) -> list[ast.expr]:
    whole, front = test.code, len(test.axes)
    known = test.compared
    if known is not None and known.code is whole:
        left = known.left
        whole = left.code if (left.axes, left.rank) == (test.axes, test.rank) else whole
    shape = code.attribute_of(whole, "shape")
    return [code.subscript(shape, [code.const(front + k)]) for k in range(test.rank)]


def _product(sizes: list[ast.expr]) -> ast.expr:
    made, *rest = sizes
    for size in rest:
        made = code.binary(made, ast.Mult(), size)
    return made
