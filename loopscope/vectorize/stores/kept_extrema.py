"""``if d < best[i]: best[i] = d``: the lesser of what is there and what the loop found."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.forms import is_neutral
from loopscope.vectorize.carries.passing import may_be_nan
from loopscope.vectorize.carries.start import join_start
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import Value, align

_EXTREMA = ("max", "min")


def begun_extremum(
    lifter: Lifter,
    store: Store,
    initial: Initial,
    value: Value,
    axes: tuple[Axis, ...],
    rank: int,
    form: str,
) -> ast.expr | None:
    """The whole target where a number filled it before; ``None`` where that does not hold."""
    start = initial.value(store.seen.dtype)
    same = value.axes == axes and value.rank == rank and value.dtype == store.seen.dtype
    if form not in _EXTREMA or start is None or start.kind != "number" or not same:
        return None
    if may_be_nan(lifter, value.code):
        return None
    return value.code if is_neutral(start.code, form) else join_start(form, start, value).code


def joined_extremum(
    lifter: Lifter, value: Value, target: ast.expr, axes: tuple[Axis, ...], rank: int, form: str
) -> ast.expr | None:
    """``torch.minimum(out, x)``; ``None`` where it is no extremum that we know."""
    if form not in _EXTREMA or value.rank > rank or may_be_nan(lifter, value.code):
        return None
    if value.kind == "number" and value.is_fixed:
        return code.method(target, "clamp", **{"min" if form == "max" else "max": value.code})
    lifter.used_ops.append(f"torch.{form}imum")
    return code.call(f"torch.{form}imum", target, align(value, axes, rank))
