"""Operands that lie where an op has a gradient, also where a test keeps the loop from it.

The gradient of what ``torch.where`` does not choose is zero times the op's own, and that is NaN
where the op has none: the root of a negative number. What goes into the op has to be chosen, too.
"""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.value import Value

_INSIDE = {
    **dict.fromkeys(("sqrt", "rsqrt", "log", "log2", "log10", "log1p", "reciprocal"), 1),
    **dict.fromkeys(("asin", "acos", "arcsin", "arccos", "atanh", "arctanh", "erfinv"), 0),
    **dict.fromkeys(("acosh", "arccosh"), 2),
}


def with_gradient(lifter: Lifter, name: str, operand: Value) -> Value:
    """Return the operand of an op of one, which is inside where the loop does not call it."""
    return _inside(lifter, operand, _INSIDE[name]) if name in _INSIDE else operand


def operands_with_gradient(
    lifter: Lifter, left: Value, op: ast.operator, right: Value
) -> tuple[Value, Value]:
    """Return two operands, the divisor or what is raised likewise."""
    match op:
        case ast.Div() if not _is_root(right.code):
            return left, _inside(lifter, right, 1)
        case ast.Pow() if not _is_counted(right.code):
            return _inside(lifter, left, 1), right
        case _:
            return left, right


def _inside(lifter: Lifter, operand: Value, inside: int) -> Value:
    guard = lifter.guard
    if lifter.domains != "guarded" or guard is None or guard.carry is not None:
        return operand
    if operand.kind != "tensor" or operand.carry is not None:
        return operand
    return choose(lifter, guard, operand, Value(code.const(inside), kind="number", dtype="int"))


def _is_root(node: ast.expr) -> bool:
    """Whether it is the root of what is inside: that of one is one."""
    match node:
        case ast.Call(func=ast.Attribute(attr="sqrt")):
            return True
        case _:
            return False


def _is_counted(exponent: ast.expr) -> bool:
    """Whether it says how often something is multiplied with itself, as can be anything."""
    number = code.integer(exponent)
    return number is not None and number >= 0
