"""Hot loops as the rows of a trace: entries, iterations, reads that wait, backward bursts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from loopscope.hotspots.attribute import innermost_entry
from loopscope.model.finding import Finding
from loopscope.model.recording import LoopEntries, LoopSite, Recording
from loopscope.model.trace import Int64s, Trace
from loopscope.model.track import Arrow, Color, Mark, Slice, Track
from loopscope.report.sentences import evidence
from loopscope.report.wording import count, duration

MAX_SLICES = 5_000
MAX_MARKS = 2_000
MAX_ARROWS = 200
SHOWN_ITERATIONS = 16
GAP_NS = 10  # viewers cut times to whole nanoseconds, each in its way: neighbors must not overlap
WAITING = {"aten::_local_scalar_dense", "aten::is_nonzero"}
BACKWARD = "backward of hot loops"


def build_track(
    found: Mapping[LoopSite, Finding], recording: Recording, trace: Trace
) -> Track | None:
    """Return the rows for the loops that were found; ``None`` where none of them ran.

    Of many entries the longest are kept, in all of them a few iterations.
    """
    builder = _Builder(found, recording, trace)
    for thread, entries in enumerate(recording.threads):
        builder.add(entries, thread)
    return builder.track() if builder.slices else None


@dataclass(slots=True)
class _Builder:
    found: Mapping[LoopSite, Finding]
    recording: Recording
    trace: Trace
    lanes: dict[str, int] = field(default_factory=dict)
    slices: list[Slice] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    bursts: list[tuple[Slice, Slice]] = field(default_factory=list)

    def track(self) -> Track:
        arrows = []
        kept = sorted(self.bursts, key=lambda pair: pair[1].start_ns - pair[1].end_ns)[:MAX_ARROWS]
        lanes = _free_lanes([burst for _, burst in kept])
        for (loop, burst), row in zip(kept, lanes, strict=True):
            lane = self._lane(f"{BACKWARD}, {row + 1}" if row else BACKWARD)
            self.slices.append(
                Slice(burst.name, burst.start_ns, burst.end_ns, lane, burst.color, burst.args)
            )
            inside = (loop.start_ns + loop.end_ns) // 2
            arrows.append(Arrow("backward", inside, loop.lane, burst.start_ns, lane))
        names = tuple(sorted(self.lanes, key=self.lanes.__getitem__))
        return Track(
            self.trace.base_time_ns, names, tuple(self.slices), tuple(self.marks), tuple(arrows)
        )

    def add(self, entries: LoopEntries, thread: int) -> None:
        findings = [self.found.get(site) for site in self.recording.sites]
        hot = [row for row, site in enumerate(entries.site.tolist()) if findings[site]]
        longest = sorted(hot, key=lambda row: int(entries.start_ns[row] - entries.end_ns[row]))
        kept = sorted(longest[: MAX_SLICES - len(self.slices)])
        levels = _levels(entries, set(hot))
        ops = _ThreadOps(self.trace, entries)
        for row in kept:
            finding = findings[int(entries.site[row])]
            if finding is None:
                continue
            level = f"hot loops, level {levels[row] + 1}" if levels[row] else "hot loops"
            lane = self._lane(f"{level}, thread {thread + 1}" if thread else level)
            loop = _entry_slice(finding, entries, row, lane)
            self.slices.append(loop)
            self.slices += ops.iterations(row, int(entries.iterations[row]), lane)
            self.marks += ops.waits(row, lane, MAX_MARKS - len(self.marks))
            burst = ops.backward(row)
            if burst is not None:
                self.bursts.append((loop, _burst_slice(finding, burst)))

    def _lane(self, name: str) -> int:
        return self.lanes.setdefault(name, len(self.lanes))


class _ThreadOps:
    """The ops of one thread, by the loop entry that was running."""

    def __init__(self, trace: Trace, entries: LoopEntries) -> None:
        ops = trace.ops
        self.trace, self.entries = trace, entries
        known = entries.thread_id in trace.threads
        thread = trace.threads.index(entries.thread_id) if known else -1
        self.rows = np.flatnonzero((ops.thread == thread) & ~ops.backward)
        self.start_ns = ops.start_ns[self.rows]
        waiting = [k for k, name in enumerate(trace.names) if name in WAITING]
        self.is_wait = np.isin(ops.name[self.rows], waiting)
        self._link_backward(entries)

    def iterations(self, row: int, number: int, lane: int) -> Iterator[Slice]:
        """The first iterations, as far as it is known exactly when each began; and the rest."""
        starts = self._starts_by_clock(row, number) or self._starts_by_ops(row, number)
        if not starts:
            return
        end = int(self.entries.end_ns[row])
        if len(starts) == number:
            starts.append(end)
        shown = min(len(starts) - 1, SHOWN_ITERATIONS)
        for k in range(shown):
            yield Slice(f"iteration {k}", starts[k], starts[k + 1] - GAP_NS, lane)
        if shown < number:
            yield Slice(count(number - shown, "more iteration"), starts[shown], end - GAP_NS, lane)

    def _starts_by_clock(self, row: int, number: int) -> list[int]:
        """The first timed line of each iteration that was timed line by line."""
        entries, lines = self.entries, self.entries.lines
        site, start, end = entries.site[row], entries.start_ns[row], entries.end_ns[row]
        within = (entries.start_ns >= start) & (entries.end_ns <= end)
        if number < 2 or np.count_nonzero(within & (entries.site == site)) > 1:  # recursion
            return []
        timed = (lines.site == site) & (lines.start_ns >= start) & (lines.end_ns <= end)
        _, firsts = np.unique(lines.lap[timed], return_index=True)
        found: list[int] = lines.start_ns[timed][firsts].tolist()
        return found if len(found) > 1 else []

    def _starts_by_ops(self, row: int, number: int) -> list[int]:
        """The first op of each iteration, where all have the same."""
        rows = self.rows[self._inside(row)]
        rows = rows[self.trace.ops.parent[rows] < 0]
        if number < 2 or not len(rows) or len(rows) % number:
            return []
        names = self.trace.ops.name[rows].reshape(number, -1)
        if (names != names[0]).any():
            return []
        starts: list[int] = self.trace.ops.start_ns[rows].reshape(number, -1)[:, 0].tolist()
        return starts

    def waits(self, row: int, lane: int, limit: int) -> list[Mark]:
        """The first moments at which Python waited for a tensor's value."""
        inside = self._inside(row)
        times = self.start_ns[inside][self.is_wait[inside]][:limit].tolist()
        return [Mark("Python waits for a value", at, lane) for at in times]

    def backward(self, row: int) -> tuple[int, int] | None:
        """From the first to the last backward op of the entry's forward ops."""
        of_entry = self.burst_entry == row
        if not of_entry.any():
            return None
        ops, rows = self.trace.ops, self.bursts[of_entry]
        ends = ops.start_ns[rows] + ops.duration_ns[rows]
        return int(ops.start_ns[rows].min()), int(ends.max())

    def _inside(self, row: int) -> slice:
        span = [self.entries.start_ns[row], self.entries.end_ns[row]]
        first, last = np.searchsorted(self.start_ns, span)
        return slice(int(first), int(last))

    def _link_backward(self, entries: LoopEntries) -> None:
        ops = self.trace.ops
        self.bursts: Int64s = np.flatnonzero(ops.backward & (ops.forward >= 0) & (ops.parent < 0))
        forward = ops.forward[self.bursts]
        here = np.isin(forward, self.rows)
        self.bursts = self.bursts[here]
        times = ops.start_ns[forward[here]]
        self.burst_entry = innermost_entry(entries, times) if len(entries.site) else times


def _levels(entries: LoopEntries, hot: set[int]) -> dict[int, int]:
    """How many hot entries are around each hot one."""
    levels: dict[int, int] = {}
    for row in sorted(hot):  # parents come first
        up = int(entries.parent[row])
        while up >= 0 and up not in hot:
            up = int(entries.parent[up])
        levels[row] = levels[up] + 1 if up >= 0 else 0
    return levels


def _free_lanes(slices: list[Slice]) -> list[int]:
    """A row for each slice, such that no two of a row overlap."""
    free_ns: list[int] = []
    rows = {}
    for k in sorted(range(len(slices)), key=lambda k: slices[k].start_ns):
        open_rows = [row for row, end in enumerate(free_ns) if end <= slices[k].start_ns]
        row = open_rows[0] if open_rows else len(free_ns)
        free_ns[row : row + 1] = [slices[k].end_ns]
        rows[k] = row
    return [rows[k] for k in range(len(slices))]


def _entry_slice(finding: Finding, entries: LoopEntries, row: int, lane: int) -> Slice:
    return Slice(
        f"{finding.rule} {finding.suggestion.summary}",
        int(entries.start_ns[row]),
        int(entries.end_ns[row]),
        lane,
        _color(finding),
        _args(finding) | {"iterations of this entry": int(entries.iterations[row])},
    )


def _burst_slice(finding: Finding, burst: tuple[int, int]) -> Slice:
    name = f"backward of {finding.location.path.rpartition('/')[2]}:{finding.location.line}"
    return Slice(name, *burst, 0, "olive", _args(finding))


def _color(finding: Finding) -> Color:
    if not finding.actionable:
        return "grey"
    return "terrible" if finding.cost.share >= 0.25 else "bad"


def _args(finding: Finding) -> dict[str, str | int]:
    """About seven of these are visible at once: the ones that matter come first."""
    cost = f"{duration(finding.cost.total_ns)}, {finding.cost.share:.0%} of the window"
    args: dict[str, str | int] = {
        "rule": f"{finding.rule} {finding.name}",
        "location": f"{finding.location.path}:{finding.location.line}",
        "cost": cost,
        "suggestion": finding.suggestion.advice,
    }
    if finding.is_verified and finding.verdict is not None:
        args |= {"rewrite": finding.rewrite.after.strip(), "verdict": evidence(finding.verdict)}
    return args | {"iterations": finding.iterations}
