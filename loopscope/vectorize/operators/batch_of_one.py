"""What is done to a batch of one is done to what is in it: ``relu(f(x)[None])``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.value import Value


def item_alone(value: Value) -> Value | None:
    """The item of a batch of one that was made of it; ``None`` for anything else."""
    inner = code.squeezed(value.code, len(value.axes))
    made = inner is not value.code and isinstance(inner, ast.Call | ast.Name | ast.BinOp)
    if not made or not value.axes or value.shape[:1] != (1,):
        return None
    return replace(value, code=inner, rank=value.rank - 1, shape=value.shape[1:])


def items_alone(operands: Sequence[Value]) -> list[Value] | None:
    """The items of batches of one, of one shape, beside numbers; ``None`` for other operands."""
    batches = [v for v in operands if v.rank]
    alone = [item_alone(v) if v.rank else v for v in operands]
    if not batches or len({v.shape for v in batches}) > 1 or any(v.carry for v in operands):
        return None
    items = [v for v in alone if v is not None]
    return items if len(items) == len(operands) else None


def batch_again(made: Value, like: Sequence[Value]) -> Value:
    """What was made of the items, as the batch of one that the operands were."""
    operand = max(like, key=lambda v: v.rank)
    count = len(made.axes)
    if isinstance(operand.code, ast.Subscript):
        batch: ast.expr = code.subscript(made.code, [*[code.FULL] * count, code.NONE])
    else:
        batch = code.method(made.code, "unsqueeze", code.const(count))
    return replace(made, code=batch, rank=made.rank + 1, shape=operand.shape)
