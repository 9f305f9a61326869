"""Reductions of boxes whose sides differ between iterations: ``x[a:b, c:d].mean()``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.span_masks import count_inside
from loopscope.vectorize.value import NotLiftable, Value, align

_EXTREMA = {"max": "amax", "amax": "amax", "min": "amin", "amin": "amin"}
_LOOPS, _DIMS = "nmk", "cde"
Sides = tuple[Value, Value]


@batches("<boxed>")
def boxed(lifter: Lifter, call: Call) -> Value:
    """Sums are products with the masks of both sides; extrema look at whole tensors.

    Raises:
        NotLiftable: It is no reduction of the whole box.
    """
    value, sides = call.args[0], call.args[0].boxed
    if sides is None or not _is_whole(call, value):
        raise NotLiftable(f"{call.name} of a box whose sides differ between iterations")
    axes = union([sides[0].axes, sides[1].axes])
    sides = lifter.bind("rows", sides[0]), lifter.bind("columns", sides[1])
    if call.name in _EXTREMA:
        made = _extremum(lifter, value, sides, axes, _EXTREMA[call.name])
    elif call.name in ("sum", "mean") and value.dtype.startswith(("float", "bfloat")):
        made = _sum(lifter, value, sides, axes)
        if call.name == "mean":
            made = code.binary(made, ast.Div(), _area(sides, axes, value.rank - 2))
    else:
        raise NotLiftable(f"{call.name} of a box whose sides differ between iterations")
    return lifter.of(call.node, made, axes, value.rank - 2)


def _is_whole(call: Call, value: Value) -> bool:
    """Whether both sides are taken, and nothing else: ``dim=(1, 2)`` of three dimensions."""
    if call.keywords.keys() - {"dim", "axis"} or len(call.args) > 2:
        return False
    dims = call.argument(1, "dim", "axis")
    if dims is None:
        return value.rank == 2
    numbers = [code.integer(e) for e in dims.code.elts] if isinstance(dims.code, ast.Tuple) else []
    last = [value.rank - 2, value.rank - 1]
    return sorted(n % value.rank for n in numbers if n is not None) == last


def _sum(lifter: Lifter, value: Value, sides: Sides, axes: tuple[Axis, ...]) -> ast.expr:
    """``torch.einsum("nh,chw,nw->nc", rows, x, columns)``."""
    finite = code.method(code.method(value.code, "isfinite"), "all")
    lifter.assume(code.text(code.call("bool", finite)))
    lifter.used_ops += ["torch.einsum", "torch.matmul", "torch.cumsum"]
    letters = dict(zip(axes, _LOOPS, strict=False))
    between = _DIMS[: value.rank - 2]
    rows, columns = ("".join(letters[axis] for axis in mask.axes) for mask in sides)
    equation = f"{rows}h,{between}hw,{columns}w->{''.join(letters.values())}{between}"
    weights = [code.method(mask.code, "to", value.code) for mask in sides]
    return code.call("torch.einsum", code.const(equation), weights[0], value.code, weights[1])


def _area(sides: Sides, axes: tuple[Axis, ...], rank: int) -> ast.expr:
    """How many elements each box has."""
    counts = [count_inside(mask) for mask in sides]
    first, second = (
        align(Value(c.code, mask.axes), axes, 0) for c, mask in zip(counts, sides, strict=True)
    )
    return align(Value(code.binary(first, ast.Mult(), second), axes), axes, rank)


def _extremum(
    lifter: Lifter, value: Value, sides: Sides, axes: tuple[Axis, ...], name: str
) -> ast.expr:
    """``torch.where(rows & columns, x, -inf).amax((-2, -1))``."""
    lifter.used_ops += ["torch.where", f"torch.{name}"]
    tests = [
        code.subscript(
            mask.code,
            [*[code.FULL if a in mask.axes else code.NONE for a in axes],
             *[code.NONE] * (value.rank - 2), *own],
        )
        for mask, own in zip(sides, ([code.FULL, code.NONE], [code.NONE, code.FULL]), strict=True)
    ]  # fmt: skip
    inside = code.binary(tests[0], ast.BitAnd(), tests[1])
    sign = "-" if name == "amax" else ""
    neutral = ast.parse(f"float('{sign}inf')", mode="eval").body
    filled = code.call("torch.where", inside, value.code, neutral)
    return code.method(filled, name, dim=code.tuple_of([code.const(-2), code.const(-1)]))
