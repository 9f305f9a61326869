"""When a loop ran, and when the steps of its window were."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from loopscope.model.finding import Span
from loopscope.model.recording import LoopSite, Recording, Step
from loopscope.model.trace import Int64s, Trace

MAX_SPANS = 200
_STEP = re.compile(r"ProfilerStep#(\d+)$")


def find_spans(recording: Recording, site: LoopSite) -> tuple[Span, ...]:
    """Return when a loop ran, all threads together, since the window began.

    Entries that touch are one span; of more than a few hundred, the nearest are drawn as one.
    """
    same = [k for k, other in enumerate(recording.sites) if other == site]
    starts, ends = [], []
    for entries in recording.threads:
        rows = np.flatnonzero(np.isin(entries.site, same))
        starts.append(entries.start_ns[rows])
        ends.append(entries.end_ns[rows])
    if not any(len(part) for part in starts):
        return ()
    start, end = _joined(np.concatenate(starts), np.concatenate(ends))
    origin = recording.window.start_ns
    return tuple(
        Span(first - origin, last - first)
        for first, last in zip(start.tolist(), end.tolist(), strict=True)
    )


def find_steps(trace: Trace, recording: Recording) -> tuple[Step, ...]:
    """Return the training steps that torch.profiler marked, since the window began."""
    return tuple(sorted(_steps(trace, recording.window.start_ns), key=lambda s: s.offset_ns))


def _steps(trace: Trace, origin: int) -> Iterator[Step]:
    notes = trace.annotations
    numbers = {k: match for k, name in enumerate(trace.names) if (match := _STEP.match(name))}
    for row in np.flatnonzero(np.isin(notes.name, list(numbers))):
        number = int(numbers[int(notes.name[row])][1])
        yield Step(number, int(notes.start_ns[row]) - origin, int(notes.duration_ns[row]))


def _joined(start: Int64s, end: Int64s) -> tuple[Int64s, Int64s]:
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order])
    gaps = start[1:] - end[:-1]
    widest = np.sort(np.argsort(-gaps, kind="stable")[: MAX_SPANS - 1])
    apart = widest[gaps[widest] > 0]
    return start[np.append(0, apart + 1)], end[np.append(apart, len(end) - 1)]
