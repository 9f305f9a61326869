"""Values as the dtype of what they are stored in has it."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.value import Value

CASTS = {"int64": "long", "float32": "float", "float64": "double", "bool": "bool",
            "int32": "int", "float16": "half"}  # fmt: skip


def two_numbers(guard: Value, value: ast.expr, start: ast.expr, dtype: str) -> ast.expr:
    """``mask.float()`` for one and zero; else a choice of two numbers."""
    one, zero = code.text(value) in ("1", "1.0", "True"), code.text(start) in ("0", "0.0", "False")
    if one and zero:
        return (
            guard.code if dtype == "bool" else code.method(guard.code, CASTS.get(dtype, "float"))
        )
    made: ast.expr = code.call("torch.where", guard.code, value, start)
    floats = (
        "." in code.text(value)
        or "." in code.text(start)
        or "inf" in code.text(value) + (code.text(start))
    )
    if not (dtype == "float32" and floats):
        made = code.method(made, "to", code.attribute(f"torch.{dtype}"))
    return made


def cast(value: Value, dtype: str) -> Value:
    """Return the value with another dtype."""
    if value.dtype == dtype:
        return value
    name = CASTS.get(dtype)
    made = (
        code.method(value.code, name)
        if name
        else code.method(value.code, "to", code.attribute(f"torch.{dtype}"))
    )
    return replace(value, code=made, dtype=dtype)
