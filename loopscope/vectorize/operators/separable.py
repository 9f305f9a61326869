"""``exp(-(dx**2 + dy**2))`` of a grid is ``exp(-dx**2) * exp(-dy**2)``: an outer product.

The two terms must be of one sign: their exponentials then do not overflow unless that of the sum
does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.known import Summands
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

Combine = Callable[[Value, Value], Value]
_SAME_SIGN = {"square", "abs"}
_CASTS = {"float", "double", "long"}


def summands(value: Value) -> tuple[Value, Value] | None:
    """Return two terms that each lack a dimension of their sum; ``None`` where there are none."""
    found = value.summands
    return found.terms if found is not None and found.code is value.code else None


def with_summands(value: Value, terms: tuple[Value, Value] | None) -> Value:
    """Return the value as the sum of two terms."""
    return replace(value, summands=Summands(value.code, terms) if terms is not None else None)


def summed(
    lifter: Lifter, value: Value, left: Value, op: ast.operator, right: Value, do: Combine
) -> Value:
    """Return ``left op right`` with its terms: a sum of its own, or a scaled one."""
    one, other = summands(left), summands(right)
    match op:
        case ast.Add() if one is None and other is None and _lack_dimensions(left, right):
            plain = all(is_not_negative(lifter, v.code) for v in (left, right))
            return with_summands(value, (left, right)) if plain else value
        case ast.Mult() | ast.Div() if one is not None and other is None:
            terms = do(one[0], right), do(one[1], right)
        case ast.Mult() if other is not None and one is None:
            terms = do(left, other[0]), do(left, other[1])
        case _:
            return value
    return with_summands(value, terms if _lack_dimensions(*terms) else None)


def is_not_negative(lifter: Lifter, node: ast.expr) -> bool:
    """Whether code is a square, or made of squares."""
    node = lifter.written_out(node)
    match node:
        case ast.Constant(value=int() | float() as number):
            return number >= 0
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))):
            return power % 2 == 0
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if code.text(left) == code.text(
            right
        ):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() | ast.Div(), right=right):
            return is_not_negative(lifter, left) and is_not_negative(lifter, right)
        case ast.Call(func=ast.Attribute(attr="pow"), args=[*_, ast.Constant(value=int(power))]):
            return power % 2 == 0
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _SAME_SIGN:
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[]) if attr in _CASTS:
            return is_not_negative(lifter, inner)
        case _:
            return False


def _lack_dimensions(left: Value, right: Value) -> bool:
    """Whether neither has all dimensions that the two have together."""
    if any(v.carry or v.members or v.mask or v.ragged for v in (left, right)):
        return False
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    own: list[set[Axis | int]] = [{*v.axes, *_sized(v, rank)} for v in (left, right)]
    every = own[0] | own[1] | set(axes)
    return every not in own


def _sized(value: Value, rank: int) -> set[int]:
    """Dimensions of an item that have a size, as counted in a larger item."""
    return {rank - value.rank + k for k, size in enumerate(value.shape) if size != 1}
