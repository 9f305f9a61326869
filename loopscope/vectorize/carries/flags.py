"""Flags that a test raises: ``if test: found = True`` is ``found = found or test``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.update import updated
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


def flagged(test: Value, keeps: Value, *, raised: bool) -> Value:
    """Return what the flag is after ``if test: flag = raised``."""
    held = test if raised else replace(test, code=code.inverted(test.code))
    return updated(keeps, "or" if raised else "and", replace(held, dtype="bool", python=True))


def as_flag(value: Value) -> Value:
    """Return a test of all items as one of Python's own: ``bool(mask.any())``."""
    match value.code:
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            made: ast.expr = ast.UnaryOp(ast.Not(), operand)
        case plain:
            made = code.call("bool", plain)
    return replace(value, code=made, kind="number", dtype="bool")


def begins_as_anything(lifter: Lifter, name: str) -> bool:
    """Whether the loop sets a variable that it does not read, and that nothing is known of."""
    return name not in lifter.initial and lifter.loaded.get(name) is None


def set_or_left(form: str, total: Value, name: str) -> Value:
    """Return ``True if found.any() else flag``, which leaves what the flag was before.

    Raises:
        NotLiftable: It is one of each iteration around.
    """
    if not total.is_fixed or total.rank:
        raise NotLiftable(f"what {name} is before the loop is not known")
    own = code.attribute(name)
    match form, total.code:
        case "or", test:
            made = ast.IfExp(test, code.const(True), own)
        case _, ast.UnaryOp(op=ast.Invert(), operand=test):
            made = ast.IfExp(test, code.const(False), own)
        case _, test:
            made = ast.IfExp(test, own, code.const(False))
    return Value(made, kind="number", dtype="bool")
