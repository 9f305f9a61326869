"""Which range lies in which."""

from __future__ import annotations

import numpy as np

from loopscope.model.trace import Int32s, Int64s

_ROUNDING_NS = 2  # start and duration are rounded apart from each other


def find_parents(start: Int64s, duration: Int64s, thread: Int32s) -> Int32s:
    """Row of the range around each, or -1; rows sorted by thread, start, longest first."""
    parents = [-1] * len(start)
    stack: list[int] = []
    ends: list[int] = []
    current = -1
    columns = zip(start.tolist(), (start + duration).tolist(), thread.tolist(), strict=True)
    for row, (begin, end, on) in enumerate(columns):
        if on != current:
            current = on
            stack.clear()
            ends.clear()
        while ends and (ends[-1] - _ROUNDING_NS < begin or end > ends[-1] + _ROUNDING_NS):
            if ends[-1] > begin and end <= ends[-1]:
                break  # lies in it exactly, however short it is
            stack.pop()
            ends.pop()
        if stack:
            parents[row] = stack[-1]
        stack.append(row)
        ends.append(end)
    return np.array(parents, np.int32)


def find_innermost(start: Int64s, end: Int64s, parent: Int32s, at: Int64s) -> Int32s:
    """Row of the innermost of nested ranges of one thread active at each time, or -1.

    ``parent`` counts rows from the first of these ranges.
    """
    rows = np.searchsorted(start, at, side="right").astype(np.int32) - 1
    while len(start):
        past = (rows >= 0) & (end[rows] <= at)
        if not past.any():
            break
        rows[past] = parent[rows[past]]
    return rows.astype(np.int32)
