"""``w * a + (1 - w) * b`` is ``torch.lerp(b, a, w)``: one pass over memory instead of four."""

from __future__ import annotations

import ast
from itertools import product

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value, align

_CASTS = {"to", "float", "double"}
_FLOATS = ("float32", "float64")


def interpolated(
    lifter: Lifter, left: Value, right: Value, axes: tuple[Axis, ...], rank: int
) -> ast.expr | None:
    """Return the code where a sum is that of two products with weights that make 1."""
    one, other = _factors(left), _factors(right)
    if not lifter.fused or one is None or other is None:
        return None
    for (weight, end), (rest, start) in product((one, one[::-1]), (other, other[::-1])):
        if _complements(weight, rest):
            weight, rest, start, end = rest, weight, end, start
        if _complements(rest, weight) and _of_one_type(weight, start, end):
            lifter.used_ops.append("torch.lerp")
            return code.call("torch.lerp", *(align(v, axes, rank) for v in (start, end, weight)))
    return None


def _factors(value: Value) -> tuple[Value, Value] | None:
    match value.code:
        case ast.BinOp(op=ast.Mult()) if value.factors is not None and not value.outer:
            return value.factors
        case _:
            return None


def _complements(rest: Value, weight: Value) -> bool:
    """Whether one is ``1 -`` the other."""
    match _uncast(rest.code):
        case ast.BinOp(left=ast.Constant(value=1 | 1.0), op=ast.Sub(), right=right):
            return code.text(_uncast(right)) == code.text(_uncast(weight.code))
        case _:
            return False


def _uncast(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _CASTS:
            return _uncast(inner)
        case _:
            return node


def _of_one_type(weight: Value, start: Value, end: Value) -> bool:
    """Whether the ends are tensors of one dtype, and the weight of the same, or a number."""
    values = [start, end] if weight.kind == "number" and weight.is_fixed else [start, end, weight]
    plain = all(v.kind == "tensor" and not v.python for v in values)
    if any(v.members or v.mask or v.ragged or v.carry for v in values):
        return False
    return plain and start.dtype in _FLOATS and len({v.dtype for v in values}) == 1
