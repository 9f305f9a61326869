"""Rows that a triangle of pairs picks: what is done to each alone is done before they are picked.

``f(x[i])`` of all pairs is ``f(x)[i]``, and the dot products of pairs are ``(x @ y.T)[i, j]``.
There are fewer rows than pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.known import Picked
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


def picked(value: Value) -> Picked | None:
    """Return what the value was picked from; ``None`` where something was done to it since."""
    found = value.picked
    return found if found is not None and found.code is value.code else None


def pick(value: Value, rows: Value, index: tuple[str, ...], guards: Sequence[str] = ()) -> Value:
    """Return a value of all pairs as picked from ``rows``."""
    return replace(value, picked=Picked(value.code, rows, index, tuple(guards)))


def done_to_rows(
    lifter: Lifter, values: Sequence[Value], do: Callable[[list[Value]], Value]
) -> Value | None:
    """Return what an op gives where it is done before rows are picked.

    ``None`` where the operands were not picked by one index.
    """
    found = [picked(v) for v in values]
    known = [p for p in found if p is not None and p.rows.counter is None]
    moving = [v for v in values if not v.is_fixed]
    if any(v.parts is not None or v.list_of is not None for v in values):
        return None
    if not known or len(known) != len(moving) or len({p.index for p in known}) != 1:
        return None
    axes = union([v.axes for v in moving])
    return _from_rows(lifter, axes, known, known[0].index, lambda: do(_rows(values)))


def pairs_of_rows(
    lifter: Lifter, left: Value, right: Value, do: Callable[[Value, Value], Value]
) -> Value | None:
    """Return what an op gives of all pairs of rows; ``None`` where it is not one row each."""
    one, other = picked(left), picked(right)
    if one is None or other is None or one.index == other.index:
        return None
    if one.rows.axes[0].order > other.rows.axes[0].order:
        one, other = other, one
    if len(one.index) > 1 or len(other.index) > 1:
        return None
    index, axes = (*one.index, *other.index), union([left.axes, right.axes])
    return _from_rows(lifter, axes, [one, other], index, lambda: do(one.rows, other.rows))


def picked_apart(left: Value, right: Value) -> bool:
    """Whether the two are rows that different indices pick."""
    one, other = picked(left), picked(right)
    return one is not None and other is not None and one.index != other.index


def _from_rows(
    lifter: Lifter,
    axes: tuple[Axis, ...],
    known: list[Picked],
    index: tuple[str, ...],
    do: Callable[[], Value],
) -> Value | None:
    first = len(lifter.guards)
    try:
        made = do()
    except NotLiftable:
        return None
    own = lifter.guards[first:]
    del lifter.guards[first:]
    needed = dict.fromkeys((*(g for p in known for g in p.guards), *own))
    found = _picked_again(made, axes, index, tuple(needed))
    if found is not None:
        lifter.guards += needed
    return found


def _picked_again(
    rows: Value, axes: tuple[Axis, ...], index: tuple[str, ...], guards: tuple[str, ...]
) -> Value | None:
    if rows.parts is not None:
        parts = [_picked_again(p, axes, index, guards) for p in rows.parts]
        whole = tuple(p for p in parts if p is not None)
        return Value(rows.code, parts=whole, kind="other") if len(whole) == len(parts) else None
    plain = rows.kind == "tensor" and len(rows.axes) == len(index)
    if not plain or rows.ragged or rows.members or rows.mask or rows.carry or rows.list_of:
        return None
    made = code.subscript(rows.code, [code.name(i) for i in index])
    value = Value(made, axes, rows.rank, "tensor", rows.dtype, rows.shape, python=rows.python)
    return pick(value, rows, index, guards)


def _rows(values: Sequence[Value]) -> list[Value]:
    return [p.rows if (p := picked(v)) is not None else v for v in values]


def bind_rows(lifter: Lifter, name: str, value: Value) -> Value | None:
    """Name the rows rather than what was picked of them; ``None`` where nothing was."""
    found = picked(value)
    if found is None or found.rows.counter is not None:
        return None
    rows, text = found.rows, f"rows {code.text(found.rows.code)}"
    if text not in lifter.owners:
        lifter.owners[text] = lifter.bind(name, rows)
    rows = replace(rows, code=lifter.owners[text].code)  # both of a pair are of the same rows
    made = code.subscript(rows.code, [code.name(i) for i in found.index])
    return pick(replace(value, code=made), rows, found.index, found.guards)
