"""What a carried variable was before the loop, and joining it to what the loop adds."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value, ValueKind, align


def made_before(lifter: Lifter, name: str, like: Value) -> Value | None:
    """What a name was made as right before the loop."""
    made = lifter.initial.get(name)
    if made is None or made.is_list or made.is_dict or made.is_none:
        return None
    if made.is_item:
        return Value(made.code, rank=like.rank, dtype=like.dtype)
    if made.scalar:
        return Value(made.code, kind="number", dtype="float", fill=made.fill)
    rank = max(like.rank, len(made.shape))
    return Value(made.code, rank=rank, fill=made.fill, dtype=like.dtype)


def join_start(form: str, start: Value, total: Value) -> Value:
    """Return what the loop adds up to, joined to what was there before."""
    axes = union([start.axes, total.axes])
    rank = max(start.rank, total.rank)
    left, right = align(start, axes, rank), align(total, axes, rank)
    made: ast.expr
    match form:
        case "add":
            made = code.binary(left, ast.Add(), right)
        case "mul":
            made = code.binary(left, ast.Mult(), right)
        case "or" | "and" if total.kind == start.kind == "number":
            made = ast.BoolOp(ast.Or() if form == "or" else ast.And(), [left, right])
        case "or":
            made = code.binary(left, ast.BitOr(), right)
        case "and":
            made = code.binary(left, ast.BitAnd(), right)
        case "logaddexp":
            made = code.call("torch.logaddexp", left, right)
        case _ if start.is_fixed and (bound := _number(start, total)) is not None:
            made = code.method(right, "clamp", **{"min" if form == "max" else "max": bound})
        case _:
            made = code.call(f"torch.{form}imum", left, right)
    number = form in ("add", "or", "and") and total.kind == "number" and not axes
    kind: ValueKind = "number" if number else "tensor"
    python = total.python and (start.python or start.kind == "number")
    return Value(made, axes, rank, kind, total.dtype, total.shape, python=python)


def _number(start: Value, total: Value) -> ast.expr | None:
    """The number that a variable begins with, as such or as a tensor of its own."""
    if start.kind == "number":
        return start.code
    alone = start.fill is not None and start.rank == 0 and total.dtype.startswith("float")
    return start.fill if alone else None
