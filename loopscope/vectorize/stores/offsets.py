"""Slices at an offset that moves on by each item's size."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import Value


def write_packed(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt] | None:
    """Offsets that move on by each item's size: ``block_diag`` and ``cat``."""
    spans = [p.span for p in store.places if p.span is not None]
    carried = [s for s in spans if s[0] is not None and s[0].carry is not None]
    if not carried or len(carried) != len(store.places) or initial is None:
        return None
    for lower, upper in spans:
        if lower is None or upper is None or lower.carry is None or upper.carry is None:
            return None
        update = lifter.updates.get(lower.carry.name)
        moves = update is not None and _text(update) == _text(upper)
        if lower.carry.form != "keep" or not moves or upper.carry.form != "add":
            return None
        made = lifter.initial.get(lower.carry.name)
        if made is None or not made.is_fill(0):
            return None
    if not initial.is_fill(0) and not (initial.empty and len(carried) == 1):
        return None
    items = _list_code(lifter, store.value)
    if items is None or len(carried) > 2:
        return None
    lifter.dropped.add(store.base)
    if len(carried) == 2:
        lifter.used_ops.append("torch.block_diag")
        made_: ast.expr = code.call("torch.block_diag", ast.Starred(items, ast.Load()))
    else:
        lifter.used_ops.append("torch.cat")
        made_ = code.call("torch.cat", items)
    return [code.assignment(store.base, made_)]


def sized_segments(lifter: Lifter, span: tuple[Value | None, Value | None]) -> Members | None:
    """``start:start + n`` with ``start += n``: positions by the segment that they lie in."""
    found = owners(lifter, span)
    if found is None:
        return None
    axis, owner = found
    return Members(axis, lifter.bind("owner", Value(owner, rank=1)).code)


def owners(
    lifter: Lifter, span: tuple[Value | None, Value | None]
) -> tuple[Axis, ast.expr] | None:
    """The loop, and for every position the iteration in whose ``start:start + n`` it lies."""
    lower, upper = span
    if lower is None or upper is None or lower.carry is None or upper.carry is None:
        return None
    update, made = lifter.updates.get(lower.carry.name), lifter.initial.get(lower.carry.name)
    size = upper.carry.term
    moves = update is not None and _text(update) == _text(upper) and lower.carry.form == "keep"
    if not moves or made is None or not made.is_fill(0) or size is None or len(size.axes) != 1:
        return None
    lifter.used_ops.append("torch.repeat_interleave")
    (axis,) = size.axes
    return axis, code.call(
        "torch.repeat_interleave", code.call("torch.arange", axis.size), size.code
    )


def _list_code(lifter: Lifter, value: Value) -> ast.expr | None:
    """The list whose items a value runs over."""
    if value.ragged:
        return value.code
    return lifter.stacked.get(code.text(value.code))


def _text(value: Value) -> str:
    carry = value.carry
    return (
        "" if carry is None or carry.term is None else f"{carry.form} {code.text(carry.term.code)}"
    )
