"""Temporaries that become statements of their own."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_SHORT = 44
_INFINITE = {"float('inf')", "torch.inf", "math.inf", "np.inf", "numpy.inf"}


def kept(lifter: Lifter, name: str, value: Value) -> Value:
    """Keep a temporary as a statement of its own where it is long and read more than once."""
    if value.law:
        return lifter.bind(name, value)
    if value.carry is not None or value.list_of is not None or value.kind == "other":
        return value
    if value.counter is not None or isinstance(value.code, ast.Name | ast.Constant):
        return value
    uses, size = lifter.uses.get(name, 0), len(code.text(value.code))
    simple = isinstance(value.code, ast.Subscript | ast.Attribute) and size <= 20
    simple = simple or code.text(value.code).replace("-", "") in _INFINITE
    if (uses > 1 and not simple) or size > _SHORT:
        return lifter.bind(name, value)
    return value


def named_test(lifter: Lifter, condition: Value) -> Value:
    """Give a long test a name: it is used more than once."""
    if condition.carry is None and condition.axes and len(code.text(condition.code)) > _SHORT:
        return lifter.bind("mask", condition)
    return condition
