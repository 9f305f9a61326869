"""Rows written out as often as each item says, by ``v.expand(n, -1)`` or by a loop."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.groups.members import is_in_order
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import ListValue, NotLiftable, Value, expand


def repeated_row(call: Call) -> Value | None:
    """``v.expand(n, -1)`` and ``v.repeat(n, 1)``, ``n`` of each item's own.

    ``None`` where something else than the number of rows differs between iterations.
    """
    value, *sizes = call.args
    if len(sizes) == 1 and sizes[0].parts is not None:
        sizes = list(sizes[0].parts)
    count, *rest = sizes
    if not count.axes or count.rank or count.carry is not None or value.kind == "other":
        return None
    inner = value.shape[len(value.shape) - len(rest) :] if rest else ()
    if not all(_keeps(call.name, s, n) for s, n in zip(rest, inner, strict=False)):
        return None
    row = value.code
    if value.rank == len(sizes) and value.shape[:1] == (1,):
        row = code.squeezed(row, len(value.axes))
        if row is value.code:
            row = code.subscript(row, [*[code.FULL] * len(value.axes), code.const(0)])
    elif value.rank != len(rest):
        return None
    return replace(
        value, code=row, rank=len(sizes), kind="other", counter=None, fill=None, repeats=count,
        shape=(None, *inner),
    )  # fmt: skip


def _keeps(name: str, size: Value, observed: int | None) -> bool:
    """Whether a dimension stays as it is: one of one alone can be expanded."""
    if name == "repeat":
        return size.is_fixed and code.integer(size.code) == 1
    return size.is_fixed and (code.integer(size.code) == -1 or observed not in (None, 1))


def joined_rows(lifter: Lifter, filled: ListValue, item: Value) -> Value:
    """``torch.cat`` of a list of repeated rows is ``repeat_interleave``.

    Raises:
        NotLiftable: They are filled across loops.
    """
    count = item.repeats
    if count is None or filled.more or filled.front or len(filled.axes) != 1:
        raise NotLiftable("rows that are repeated across loops")
    (axis,) = filled.axes
    if {*item.axes, *count.axes} - {axis} or axis.reverse:
        raise NotLiftable("rows that are repeated across loops")
    rows, times = expand(replace(item, rank=item.rank - 1), filled.axes).code, count.code
    if filled.mask is not None and not _leaves_out_none(filled.mask, times):
        mask = expand(filled.mask, filled.axes).code
        rows, times = code.subscript(rows, [mask]), code.subscript(times, [mask])
    lifter.used_ops.append("torch.repeat_interleave")
    if not {*item.axes, *count.axes} >= {axis} or not item.axes:
        raise NotLiftable("rows of one number whose count differs between iterations")
    dim = {"dim": 0} if item.rank > 1 else {}
    made = code.method(rows, "repeat_interleave", times, **dim)
    shape = (None, *item.shape[1:])
    return Value(made, (), item.rank, "tensor", item.dtype, shape)


def repeated_items(lifter: Lifter, filled: ListValue, item: Value) -> Value | None:
    """The list of what an inner loop appends again and again: ``repeat_interleave``.

    ``None`` where the inner loop's counter matters.
    """
    counts = filled.mask.counts if filled.mask is not None else None
    if counts is None or filled.more or filled.front or len(filled.axes) != 2:
        return None
    outer, _ = filled.axes
    whole = counts.dtype.startswith("int") and counts.counter is None
    plain = item.kind != "other" and item.mask is None and item.members is None
    alone = item.axes == counts.axes == (outer,)
    if not (whole and plain and alone) or outer.reverse:
        return None
    lifter.used_ops.append("torch.repeat_interleave")
    dim = {"dim": 0} if item.rank else {}
    made = code.method(item.code, "repeat_interleave", counts.code, **dim)
    shape = (None, *item.shape)
    return Value(made, (), item.rank + 1, "tensor", item.dtype, shape)


def joined_ranges(lifter: Lifter, filled: ListValue, stop: Value) -> Value:
    """``torch.cat`` of ``torch.arange(n)`` for each ``n``: the place of each within its own range.

    Raises:
        NotLiftable: They are filled across loops, or some are left out.
    """
    if filled.mask is not None or filled.more or filled.front or len(filled.axes) != 1:
        raise NotLiftable("ranges that are joined across loops")
    (axis,) = filled.axes
    whole = stop.dtype.startswith("int") and stop.counter is None
    if stop.axes != (axis,) or axis.reverse or not whole:
        raise NotLiftable("ranges that are joined across loops")
    counts = stop.code if isinstance(stop.code, ast.Name) else lifter.bind("counts", stop).code
    begins = code.binary(code.method(counts, "cumsum", code.const(0)), ast.Sub(), counts)
    repeated = code.method(begins, "repeat_interleave", counts)
    lifter.used_ops += ["torch.repeat_interleave", "torch.cumsum"]
    everything = code.call("torch.arange", code.method(counts, "sum"))
    return Value(code.binary(everything, ast.Sub(), repeated), (), 1, "tensor", "int64", (None,))


def joined_groups(lifter: Lifter, filled: ListValue, item: Value) -> Value:
    """``torch.cat`` of the rows of every group, where a group's rows lie together, in order.

    Raises:
        NotLiftable: The rows have another order, or some are left out.
    """
    members = item.members
    in_order = members is not None and is_in_order(lifter, members)
    if members is None or not in_order or filled.axes != (members.axis,) or members.axis.reverse:
        raise NotLiftable("rows of groups in another order")
    if filled.mask is not None or filled.more or filled.front or item.axes:
        raise NotLiftable("rows of some groups")
    return replace(item, members=None)


def _leaves_out_none(mask: Value, times: ast.expr) -> bool:
    """Whether the mask only passes over rows that are repeated no times."""
    text = code.text(times)
    return code.text(mask.code) in (f"{text} != 0", f"{text} > 0", f"{text} >= 1")
