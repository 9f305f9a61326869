"""Which loop entry each moment of a thread belongs to."""

from __future__ import annotations

import numpy as np

from loopscope.model.recording import LoopEntries
from loopscope.model.trace import Int32s, Int64s


def innermost_entry(entries: LoopEntries, time_ns: Int64s) -> Int32s:
    """Return the row of the innermost entry that is running at each time, or -1."""
    row = np.searchsorted(entries.start_ns, time_ns, side="right") - 1
    while True:  # up from the last entry that began until one is still running
        over = (row >= 0) & (entries.end_ns[row] <= time_ns)
        if not over.any():
            return row.astype(np.int32)
        row = np.where(over, entries.parent[row], row)
