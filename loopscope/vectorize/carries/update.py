"""A carried variable as an iteration's update leaves it."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.value import Carry, Form, Value


def updated(value: Value, form: Form, term: Value, scale: Value | None = None) -> Value:
    """Return the variable as an iteration's update leaves it."""
    name = value.carry.name if value.carry is not None else ""
    rank = max(value.rank, term.rank)
    kind = "tensor" if "tensor" in (value.kind, term.kind) or term.axes else value.kind
    dtype = term.dtype if term.kind == "tensor" else value.dtype
    shape = term.shape if term.rank == rank else value.shape
    return replace(
        value, carry=Carry(name, form, term, scale), rank=rank, kind=kind, dtype=dtype, shape=shape
    )


def is_kept(value: Value | None) -> bool:
    """Whether the iteration leaves the variable as it was."""
    return value is not None and value.carry is not None and value.carry.form == "keep"


def negated(value: Value) -> Value:
    """``-x``; of ``-x`` it is ``x``."""
    if isinstance(value.code, ast.UnaryOp) and isinstance(value.code.op, ast.USub):
        return replace(value, code=value.code.operand, counter=None)
    number = code.integer(value.code)
    made = (
        code.const(-number)
        if number is not None
        else ast.UnaryOp(op=ast.USub(), operand=value.code)
    )
    return replace(value, code=made, counter=None)
