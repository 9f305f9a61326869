"""Items that differ in size, each padded to one: the rows of ``pad_sequence``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.stores.padded import is_length, pad_sequence, widened
from loopscope.vectorize.value import Value


def padded_items(lifter: Lifter, call: Call) -> Value | None:
    """``F.pad(x, (0, longest - len(x)))``; ``None`` for padding of another kind."""
    items, sides = call.args[0], call.argument(1, "pad")
    mode, fill = call.argument(2, "mode"), call.argument(3, "value")
    if call.name != "pad" or sides is None or sides.parts is None:
        return None
    if mode is not None and code.text(mode.code) != "'constant'":
        return None
    *others, before, after = sides.parts
    in_front = not before.is_fixed
    amount, none = (before, after) if in_front else (after, before)
    if len(sides.parts) != 2 * items.rank or any(not _is_zero(v) for v in (*others, none)):
        return None
    return _padded(lifter, items, amount, fill, in_front=in_front)


def joined_with_filler(lifter: Lifter, parts: Sequence[Value]) -> Value | None:
    """``torch.cat([x, torch.zeros(longest - len(x))])``; ``None`` for anything else."""
    if len(parts) != 2 or sum(v.ragged for v in parts) != 1:
        return None
    in_front = parts[1].ragged
    filler, items = parts if in_front else (parts[1], parts[0])
    plain = filler.repeats is not None and not filler.axes and filler.rank == items.rank
    if not plain or filler.repeats is None or filler.dtype != items.dtype:
        return None
    fill = Value(filler.code, kind="number")
    return _padded(lifter, items, filler.repeats, fill, in_front=in_front)


def _padded(
    lifter: Lifter, items: Value, amount: Value, fill: Value | None, *, in_front: bool
) -> Value | None:
    match lifter.written_out(amount.code):
        case ast.BinOp(left=width, op=ast.Sub(), right=length) if amount.axes == items.axes:
            pass
        case _:
            return None
    if not is_length(lifter, length, items) or (fill is not None and not fill.is_fixed):
        return None
    number = None if fill is None or _is_zero(fill) else fill.code
    made = pad_sequence(lifter, items.code, number, in_front=in_front)
    if lifter.items == "any":  # to more than the longest
        rows = lifter.bind("padded", Value(made, items.axes, items.rank, "tensor", items.dtype))
        made = widened(lifter, rows.code, width, items.rank + 1, number, in_front=in_front)
    shape = (None, *items.shape[1:])
    return Value(made, items.axes, items.rank, "tensor", items.dtype, shape)


def _is_zero(value: Value) -> bool:
    return value.is_fixed and code.text(value.code) in ("0", "0.0")
