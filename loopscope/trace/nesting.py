"""Which event stands around which."""

from __future__ import annotations

import numpy as np

from loopscope.model.trace import Int32s, Int64s


def find_parents(start_ns: Int64s, duration_ns: Int64s, thread: Int32s) -> Int32s:
    """Return for each event the row of the innermost event around it on its thread, or -1.

    Rows are sorted by thread, start, and longest first. One sweep with a stack: linear.
    """
    parents = np.full(len(start_ns), -1, np.int32)
    stack: list[int] = []
    ends: list[int] = []
    last_thread = -1
    rows = zip(start_ns.tolist(), (start_ns + duration_ns).tolist(), thread.tolist(), strict=True)
    found = []
    for row, (start, end, where) in enumerate(rows):
        if where != last_thread:
            stack.clear()
            ends.clear()
            last_thread = where
        while ends and ends[-1] <= start:
            ends.pop()
            stack.pop()
        found.append(stack[-1] if stack else -1)
        stack.append(row)
        ends.append(end)
    parents[:] = found
    return parents
