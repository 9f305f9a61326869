"""Stores whose places have none in common: ``out[i, i]`` and ``out[i, i + 1]``."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.strided import residue


def never_meet(lifter: Lifter, one: Sequence[Place], other: Sequence[Place]) -> bool:
    """Whether no iteration of the one stores where any iteration of the other does."""
    pairs = [
        (p, q) for p in one for q in other if p.dim == q.dim >= 0 and not (p.window or q.window)
    ]
    if any(_are_apart(lifter, p, q) for p, q in pairs):
        return True
    return any(
        _are_diagonals(lifter, rows, columns) for rows, columns in itertools.combinations(pairs, 2)
    )


def _are_apart(lifter: Lifter, one: Place, other: Place) -> bool:
    """Whether two ranges follow each other, or one is odd and the other even."""
    if _are_fixed_apart(one.fixed, other.fixed):
        return True
    first, second = residue(one), residue(other)
    if first is not None and second is not None and first[0] == second[0]:
        return first[1] != second[1]
    ranges = [_range(one), _range(other)]
    for low, high in (ranges, ranges[::-1]):
        if low is not None and high is not None:
            gap = high[0] - low[1]
            if not gap.terms and gap.constant >= 0 and _are_inside(lifter, low[0]):
                return True
    return False


def _are_fixed_apart(one: ast.expr | None, other: ast.expr | None) -> bool:
    """Whether two numbers or slices have no place in common: ``2:4`` and ``4``, ``-2`` and ``-1``.

    Both count from the front, or both from the end.
    """
    first, second = _held(one), _held(other)
    if first is None or second is None:
        return False
    return any(
        low[1] is not None and low[1] <= high[0]
        for low, high in ((first, second), (second, first))
        if (low[0] < 0) == (high[0] < 0)
    )


def from_the_front(place: Place, size: int) -> Place:
    """Return a fixed subscript that counts from the front: ``3`` for ``-1`` of four."""
    return replace(place, fixed=_counted(place.fixed, size)) if place.fixed else place


def _counted(fixed: ast.expr, size: int) -> ast.expr:
    number = code.integer(fixed)
    if number is not None:
        return code.const(number + size if number < 0 else number)
    if isinstance(fixed, ast.Slice):
        lower, upper = (bound and _counted(bound, size) for bound in (fixed.lower, fixed.upper))
        return ast.Slice(lower, upper, fixed.step)
    return fixed


def counts_from_the_end(place: Place) -> bool:
    """Whether a fixed subscript does: ``-1`` and ``:-1``."""
    nodes = [n for n in ast.walk(place.fixed) if isinstance(n, ast.expr)] if place.fixed else []
    return any((code.integer(n) or 0) < 0 for n in nodes)


def _held(fixed: ast.expr | None) -> tuple[int, int | None] | None:
    """Where a fixed subscript begins, and where it ends; ``None`` there is a dimension's end."""
    number = code.integer(fixed) if fixed is not None else None
    if number is not None:
        return number, number + 1 if number != -1 else None
    if not isinstance(fixed, ast.Slice):
        return None
    lower, upper, step = (
        0 if bound is None else code.integer(bound)
        for bound in (fixed.lower, fixed.upper, fixed.step)
    )
    if lower is None or upper is None or step is None or step < 0:
        return None
    end = None if fixed.upper is None else upper
    crosses = end is not None and (end < 0) != (lower < 0)
    return None if crosses else (lower, end)


def _range(place: Place) -> tuple[Linear, Linear] | None:
    """Where the places of a dimension begin, and where they end."""
    counter, number = place.counter, code.integer(place.fixed) if place.fixed else None
    if number is not None and number >= 0:
        return Linear((), number), Linear((), number + 1)
    if counter is None or counter.also is not None or place.stride is not None:
        return None
    axis = counter.axis
    if counter.sign == 1:
        return axis.start + counter.offset, axis.stop + counter.offset
    one = Linear((), 1)
    return counter.offset - axis.stop + one, counter.offset - axis.start + one


def _are_diagonals(
    lifter: Lifter, rows: tuple[Place, Place], columns: tuple[Place, Place]
) -> bool:
    """Whether the two lie on different diagonals of a matrix."""
    gaps = []
    for row, column in zip(rows, columns, strict=True):
        i, j = row.counter, column.counter
        if i is None or j is None or not i.moves_with(j):
            return False
        gaps.append(j.offset - i.offset)
    change = gaps[0] - gaps[1]
    if change.terms or not change.constant:
        return False
    lows = [found[0] for p in (*rows, *columns) if (found := _range(p)) is not None]
    return all(_are_inside(lifter, low) for low in lows)


def _are_inside(lifter: Lifter, low: Linear) -> bool:
    """Whether no place lies before the first: there Python counts from the end."""
    if low.terms:
        lifter.assume(f"{code.text(low.code())} >= 0")
        return True
    return low.constant >= 0
