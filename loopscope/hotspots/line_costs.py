"""What each line of a loop cost, from the iterations that the clock timed line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from loopscope.model.recording import LoopEntries, LoopSite, Recording
from loopscope.model.trace import Int64s, Trace

Float64s = npt.NDArray[np.float64]

MIN_CORRECTED = 0.2  # as for loops: calibration is an estimate
MAX_EVENT_NS = 2_000  # what the clock takes to see a line; less on any machine we know
UNUSUAL = 8  # times the median: an interruption, or the first call of an op


class LineCosts:
    """The lines of a window's loops.

    The timed iterations stand for all of their loop, the profiler's own cost per op taken off.
    """

    def __init__(self, trace: Trace, recording: Recording) -> None:
        self.sites = recording.sites
        self.threads = [
            (entries, _corrected(trace, recording, entries))
            for entries in recording.threads
            if entries.lines.site.size
        ]

    def of(self, site: LoopSite, forward_ns: int) -> dict[int, int]:
        """Return the forward cost of a loop by line, those of the loops inside it included.

        The lines' costs sum to ``forward_ns``. Empty where no iteration was timed.
        """
        inside = _with_inner(self.sites, site)
        weights: defaultdict[int, float] = defaultdict(float)
        for entries, times in self.threads:
            _add(weights, entries, inside, times)
        total = sum(weights.values())
        if not total:
            return {}
        return {line: round(forward_ns * weights[line] / total) for line in sorted(weights)}


def _with_inner(sites: Sequence[LoopSite], site: LoopSite) -> set[int]:
    """The loop and those inside it, by number; a parent has a lower one than its children."""
    inside: set[int] = set()
    for number, other in enumerate(sites):
        if other == site or other.parent in inside:
            inside.add(number)
    return inside


def _corrected(trace: Trace, recording: Recording, entries: LoopEntries) -> Float64s:
    """The lines' times without what the profiler took for their ops, and the clock for the line.

    The shortest line of all, such as the ``for`` of an innermost loop, is next to the clock's own.
    """
    lines = entries.lines
    times = (lines.end_ns - lines.start_ns).astype(np.float64)
    times -= min(times.min(), MAX_EVENT_NS)
    overhead = recording.overhead_per_op_ns or 0.0
    starts = _starts(trace, entries.thread_id)
    ops = np.searchsorted(starts, lines.end_ns) - np.searchsorted(starts, lines.start_ns)
    return np.maximum(times - overhead * ops, times * MIN_CORRECTED)


def _starts(trace: Trace, thread_id: int) -> Int64s:
    """When the ops of a thread began: they are sorted by thread, then by time."""
    if thread_id not in trace.threads:
        return np.empty(0, np.int64)
    thread = trace.threads.index(thread_id)
    first, last = np.searchsorted(trace.ops.thread, [thread, thread + 1])
    return trace.ops.start_ns[first:last]


def _add(
    weights: defaultdict[int, float],
    entries: LoopEntries,
    inside: set[int],
    times: Float64s,
) -> None:
    """Add what each line cost in all iterations of its loop on this thread."""
    for site in inside:
        timed = np.flatnonzero(entries.lines.site == site)
        if not timed.size:
            continue
        iterations = int(entries.iterations[entries.site == site].sum())
        scale = iterations / np.unique(entries.lines.lap[timed]).size
        lines = entries.lines
        for line in np.unique(lines.line[timed]).tolist():
            spent = times[timed[lines.line[timed] == line]]
            weights[line] += scale * np.minimum(spent, UNUSUAL * np.median(spent)).sum()
