"""Operands that lie where an op has a gradient, also where a test keeps the loop from it.

The gradient of what ``torch.where`` does not choose is zero times the op's own, and that is NaN
where the op has none: the root of a negative number. What goes into the op has to be chosen, too.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.aligned import aligned_choice
from loopscope.vectorize.value import Value

_INSIDE = {
    **dict.fromkeys(("sqrt", "rsqrt", "log", "log2", "log10", "log1p", "reciprocal"), 1),
    **dict.fromkeys(("asin", "acos", "arcsin", "arccos", "atanh", "arctanh", "erfinv"), 0),
    **dict.fromkeys(("acosh", "arccosh"), 2),
}
_QUOTIENTS = ("div", "divide", "true_divide")
_POWERS = ("pow", "float_power")


def with_gradient(lifter: Lifter, name: str, operands: Sequence[Value]) -> list[Value]:
    """Return an op's operands, which are inside where the loop does not call it."""
    match operands:
        case [operand] if name in _INSIDE:
            return [_inside(lifter, operand, _INSIDE[name])]
        case [left, right] if name in _QUOTIENTS and not _is_root(right.code):
            return [left, _inside(lifter, right, 1)]
        case [base, exponent] if name in _POWERS and not _is_counted(exponent.code):
            return [_inside(lifter, base, 1), exponent]
        case _:
            return list(operands)


def _inside(lifter: Lifter, operand: Value, inside: int) -> Value:
    guard = lifter.guard
    if lifter.domains != "guarded" or guard is None or guard.carry is not None:
        return operand
    if operand.kind != "tensor" or operand.carry is not None:
        return operand
    other = Value(code.const(inside), kind="number", dtype="int")
    return aligned_choice(lifter, guard, operand, other)


def _is_root(node: ast.expr) -> bool:
    """Whether it is the root of what is inside: that of one is one."""
    match node:
        case ast.Call(func=ast.Attribute(attr="sqrt")):
            return True
        case _:
            return False


def _is_counted(exponent: ast.expr) -> bool:
    """Whether a power is so many factors: of that, any base has a gradient."""
    number = code.integer(exponent)
    return number is not None and number >= 0
