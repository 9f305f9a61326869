"""What turns a carried variable over: ``not flag``, ``flag ^ True``, ``1 - parity``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.update import is_kept
from loopscope.vectorize.operators.aligned import aligned_logic
from loopscope.vectorize.value import Carry, Value


def turned_over(left: Value, op: ast.operator, right: Value) -> Value | None:
    """Return ``flag ^ test`` and ``1 - parity``; ``None`` for anything else."""
    carried, other = (left, right) if left.carry is not None else (right, left)
    if carried.carry is None or carried.carry.form not in ("keep", "toggle"):
        return None
    one = other.is_fixed and code.integer(other.code) == 1
    match op:
        case ast.BitXor() if other.dtype == "bool":
            always = isinstance(other.code, ast.Constant) and other.code.value is True
            return _turned(carried, "not", None if always else other)
        case ast.BitXor() if one:
            return _turned(carried, "xor", None)
        case ast.Sub() if (
            one
            and other is left
            and (carried.kind, carried.dtype)
            == (
                "number",
                "int",
            )
        ):
            return _turned(carried, "one less", None)
        case _:
            return None


def negated_flag(value: Value) -> Value | None:
    """Return ``not flag``; ``None`` for what is no carried variable as an iteration finds it."""
    return _turned(value, "not", None) if is_kept(value) else None


def turned_where(value: Value, carry: Carry, test: Value) -> Value:
    """Return the variable, turned over only where a test holds."""
    term = test if carry.term is None else aligned_logic(test, ast.BitAnd(), carry.term)
    return replace(value, carry=replace(carry, term=replace(term, dtype="bool")))


def _turned(value: Value, op: str, test: Value | None) -> Value | None:
    carry = value.carry
    if carry is None or (carry.form == "toggle" and carry.op != op):
        return None
    if carry.form == "keep":
        return replace(value, carry=Carry(carry.name, "toggle", test, op=op))
    if test is None or carry.term is None:
        return None
    term = aligned_logic(carry.term, ast.BitXor(), test)
    return replace(value, carry=replace(carry, term=term))
