"""``torch.ones(n) * i``: what is done to a row that stands for as many as each iteration says."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value

_NEUTRAL = ((ast.Mult, "1"), (ast.Add, "0"))


def on_repeated(
    left: Value, op: ast.operator, right: Value, dtype: str, done: Callable[[Value, Value], Value]
) -> Value:
    """Return ``left op right``, one of which repeats a row.

    Args:
        left: One side.
        op: Their operator.
        right: The other side.
        dtype: Of the result, as it was seen.
        done: Makes the same of a row and the other side.

    Raises:
        NotLiftable: The other side has a row for each repetition.
    """
    times = left.repeats or right.repeats
    if left.repeats is not None and right.repeats is not None:
        raise NotLiftable("rows that are repeated meet others")
    both = [_row(side) if side.repeats is not None else side for side in (left, right)]
    rank = max(left.rank, right.rank)
    if times is None or any(v.rank >= rank or v.kind == "other" for v in both):
        raise NotLiftable("rows that are repeated meet others")
    row = _other(both, op) or done(*both)
    row = cast(row, dtype) if dtype else row
    return replace(
        row, rank=rank, kind="other", counter=None, repeats=times, shape=(None, *row.shape)
    )


def _row(value: Value) -> Value:
    return replace(value, kind="tensor", rank=value.rank - 1, repeats=None, shape=value.shape[1:])


def _other(both: list[Value], op: ast.operator) -> Value | None:
    """``i`` of ``1 * i`` and of ``0 + i``."""
    for one, other in (both, both[::-1]):
        if other.axes and (type(op), code.text(one.code)) in _NEUTRAL:
            dtype = "int64" if other.counter is not None else other.dtype
            return replace(other, counter=None, kind="tensor", python=False, dtype=dtype)
    return None
