"""Which range lies in which."""

from __future__ import annotations

import numpy as np

from loopscope.model.trace import Int32s, Int64s

_ROUNDING_NS = 2  # start and duration are rounded apart from each other


def find_parents(start: Int64s, duration: Int64s, thread: Int32s) -> Int32s:
    """Row of the range around each, or -1; rows sorted by thread, start, longest first.

    All rows look at once: each at the row before it, and while that one does not hold it, at where
    that one has come to look. Nothing that is skipped can hold it, and siblings skip in doubling
    steps.
    """
    end = start + duration
    parent = np.arange(-1, len(start) - 1, dtype=np.int32)
    parent[np.flatnonzero(thread[1:] != thread[:-1]) + 1] = -1
    rows = np.flatnonzero(parent >= 0)
    while len(rows):
        outer = parent[rows]
        begin, over = start[rows], end[rows]
        holds = (begin <= end[outer] - _ROUNDING_NS) & (over <= end[outer] + _ROUNDING_NS)
        holds |= (begin < end[outer]) & (over <= end[outer])  # however short it is
        rows, outer = rows[~holds], outer[~holds]
        parent[rows] = parent[outer]
        rows = rows[parent[rows] >= 0]
    return parent


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
