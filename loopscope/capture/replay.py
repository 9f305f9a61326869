"""From samples to loop entries: replay each thread's calls, lines and jumps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from loopscope.capture.loop_table import COMPREHENSIONS
from loopscope.capture.samples import Samples, Watched
from loopscope.capture.sites import Sites
from loopscope.capture.writer import (
    AGAIN,
    AT,
    BEGIN,
    CODE_SHIFT,
    ENTER,
    EVENT_MASK,
    LAP,
    LEAVE,
    LINE,
    PLACE_MASK,
    RAISE,
    RESUME,
    YIELD,
    Writer,
)
from loopscope.model.recording import LineTimes, LoopEntries, LoopSite


def replay(samples: Samples, end_ns: int) -> tuple[tuple[LoopSite, ...], tuple[LoopEntries, ...]]:
    """Return the loops that ran and each thread's entries into them."""
    sites = Sites(samples)
    threads = tuple(
        _Replay(samples, sites).run(writer, end_ns) for writer in samples.writers if writer.buffer
    )
    return sites.found(), threads


@dataclass(slots=True)
class _Row:
    """One stretch of an entry; one that goes on after a ``yield`` counts no iterations."""

    site: int
    start_ns: int
    end_ns: int
    parent: int
    iterations: int = 0
    goes_on: bool = False


@dataclass(slots=True)
class _Open:
    """A loop that is running: its row, and the row that counts its iterations."""

    loop: int
    row: int
    first: int


class _Line(NamedTuple):
    """A line of a timed iteration: its loop, the row that counts it, and which one it is."""

    line: int
    site: int
    row: int
    iteration: int
    start_ns: int
    end_ns: int = 0


@dataclass(slots=True)
class _Frame:
    """A running call; ``last_ns`` and ``num_rows`` are as of its last sample but for lines."""

    code: int
    watched: Watched
    number: int
    last_ns: int
    num_rows: int
    open: list[_Open] = field(default_factory=list)
    line: _Line | None = None
    suspended: bool = False

    def has_open(self, loop: int) -> bool:
        return any(running.loop == loop for running in self.open)


class _Replay:
    def __init__(self, samples: Samples, sites: Sites) -> None:
        self.samples = samples
        self.sites = sites
        self.stack: list[_Frame] = []
        self.asleep: dict[int, _Frame] = {}
        self.rows: list[_Row] = []
        self.lines: list[_Line] = []
        self.counted = -1

    def run(self, writer: Writer, end_ns: int) -> LoopEntries:
        data = np.frombuffer(writer.buffer, np.int64)
        times, words = data[0::2].tolist(), data[1::2].tolist()
        for now, word in zip(times, words, strict=True):
            self._step(now, word >> CODE_SHIFT, word & EVENT_MASK, word & PLACE_MASK)
        while self.stack:
            if self.stack[-1].suspended:
                self._sleep(end_ns)
            else:
                self._close(self.stack.pop(), (), end_ns)
        for frame in self.asleep.values():
            self._abandon(frame)
        return replace(_columns(self.rows, writer.native_id), lines=_line_times(self.lines))

    def _step(self, now: int, code: int, event: int, place: int) -> None:
        if event == AGAIN:
            if self.counted >= 0:
                self.rows[self.counted].iterations += now
            return
        self.counted = -1
        if event in (ENTER, RESUME):
            self._enter(now, code, place, resumed=event == RESUME)
            return
        frame = self._frame(now, code)
        if frame.line is not None:
            self.lines.append(frame.line._replace(end_ns=now))
            frame.line = None
        if event == LINE:
            if frame.open:
                at = frame.open[-1]
                number = self.rows[at.first].iterations
                frame.line = _Line(place, self.rows[at.row].site, at.first, number, now)
            return
        if event == BEGIN:
            self._begin(frame, place, now)
        elif event == LAP:
            self._lap(frame, place, now)
        elif event == AT:
            self._close(frame, frame.watched.table.chain(place), now)
        elif event == YIELD and _is_lazy(frame.watched):
            frame.suspended = True
        elif event == YIELD:
            self._sleep(now)
        elif event == RAISE:
            self._break_off(frame, place)
        elif event == LEAVE:
            self._close(frame, (), now)
            self.stack.pop()
        frame.last_ns, frame.num_rows = now, len(self.rows)

    def _enter(self, now: int, code: int, number: int, *, resumed: bool) -> None:
        while self.stack and self.stack[-1].suspended:
            top = self.stack[-1]
            if resumed and top.number == number:
                top.suspended = False
                return
            self._sleep(now)  # who takes its values called something else
        asleep = self.asleep.pop(number, None)
        if resumed and asleep is not None:
            self._wake(asleep, now)
            return
        if asleep is not None:  # dropped by the program; another lives at its address
            self._abandon(asleep)
        frame = self._push(now, code, number)
        if 0 in frame.watched.marks.laps.values() and _is_comprehension(frame.watched):
            self._open(frame, 0, now)  # its iterable was evaluated before the call

    def _frame(self, now: int, code: int) -> _Frame:
        """The running frame of this code; frames above it that were left unseen are closed."""
        while self.stack and self.stack[-1].suspended and self.stack[-1].code != code:
            self._sleep(now)
        if not any(frame.code == code for frame in self.stack):
            return self._push(now, code, 0)
        while self.stack[-1].code != code:
            self._close(self.stack.pop(), (), now)
        return self.stack[-1]

    def _push(self, now: int, code: int, number: int) -> _Frame:
        self.stack.append(_Frame(code, self.samples.watched[code], number, now, len(self.rows)))
        return self.stack[-1]

    def _sleep(self, now: int) -> None:
        frame = self.stack.pop()
        frame.suspended = False
        for running in frame.open:
            self.rows[running.row].end_ns = now
        self.asleep[frame.number] = frame

    def _wake(self, frame: _Frame, now: int) -> None:
        before, frame.open = frame.open, []
        self.stack.append(frame)
        for running in before:
            self._open(frame, running.loop, now)
            frame.open[-1].first = running.first
            self.rows[-1].goes_on = True
        frame.last_ns, frame.num_rows = now, len(self.rows)

    def _begin(self, frame: _Frame, loop: int, now: int) -> None:
        unseen = loop in frame.watched.marks.unseen and not frame.has_open(loop)
        self._iterate(frame, loop, now, since_last=unseen)
        self.rows[self.counted].iterations += unseen

    def _lap(self, frame: _Frame, loop: int, now: int) -> None:
        self._iterate(frame, loop, now, since_last=not frame.has_open(loop))

    def _iterate(self, frame: _Frame, loop: int, now: int, *, since_last: bool) -> None:
        """Count an iteration; a loop whose beginning gave no sample began at the last one."""
        table, num_rows = frame.watched.table, len(self.rows)
        is_open = frame.has_open(loop)
        self._move(
            frame, table.chain(table.loops[loop].header), frame.last_ns if since_last else now
        )
        if since_last:
            around = self.rows[num_rows].parent
            for row in self.rows[frame.num_rows : num_rows]:
                if row.parent == around:
                    row.parent = frame.open[-1].row
        self.counted = frame.open[-1].first
        self.rows[self.counted].iterations += is_open or loop in frame.watched.marks.laps.values()

    def _move(self, frame: _Frame, chain: tuple[int, ...], now: int) -> None:
        self._close(frame, chain, now)
        for loop in chain[len(frame.open) :]:
            self._open(frame, loop, now)
            self.rows[-1].iterations = loop not in frame.watched.marks.laps.values()

    def _close(self, frame: _Frame, chain: tuple[int, ...], now: int) -> None:
        while frame.open and (
            len(frame.open) > len(chain) or frame.open[-1].loop != chain[len(frame.open) - 1]
        ):
            self.rows[frame.open.pop().row].end_ns = now

    def _open(self, frame: _Frame, loop: int, now: int) -> None:
        around = next((f.open[-1].row for f in reversed(self.stack) if f.open), -1)
        frame.open.append(_Open(loop, len(self.rows), len(self.rows)))
        self.rows.append(_Row(self.sites.number(frame.code, loop), now, now, around))

    def _break_off(self, frame: _Frame, place: int) -> None:
        """Count the iterations left in their middle, where only their end would be seen."""
        table, laps = frame.watched.table, frame.watched.marks.laps.values()
        around = table.chain(place)
        if table.flow.names.get(place) == "FOR_ITER":  # between two iterations of its loop
            around = around[:-1]
        for running in frame.open:
            self.rows[running.first].iterations += running.loop in laps and running.loop in around

    def _abandon(self, frame: _Frame) -> None:
        """Count the iterations in which a generator was suspended for the last time."""
        laps = frame.watched.marks.laps.values()
        for running in frame.open:
            self.rows[running.first].iterations += running.loop in laps


def _is_lazy(watched: Watched) -> bool:
    """Whether what takes the values is part of the loop as the user wrote it: ``sum(…)``."""
    return watched.code.co_name == "<genexpr>"


def _is_comprehension(watched: Watched) -> bool:
    return watched.code.co_name in COMPREHENSIONS


def _columns(rows: list[_Row], native_id: int) -> LoopEntries:
    depths: dict[int, int] = {-1: 0}

    def parent(index: int) -> int:
        """The nearest row around that is kept."""
        up = rows[index].parent
        while up >= 0 and not _is_kept(rows[up]):
            up = rows[up].parent
        return up

    def depth(index: int) -> int:
        if index not in depths:
            depths[index] = 1 + depth(parent(index))
        return depths[index]

    kept = [k for k, row in enumerate(rows) if _is_kept(row)]
    kept.sort(key=lambda k: (rows[k].start_ns, -rows[k].end_ns, depth(k)))
    place = {-1: -1} | {k: position for position, k in enumerate(kept)}
    found = [rows[k] for k in kept]
    return LoopEntries(
        thread_id=native_id,
        site=np.array([row.site for row in found], np.int32),
        start_ns=np.array([row.start_ns for row in found], np.int64),
        end_ns=np.array([row.end_ns for row in found], np.int64),
        iterations=np.array([row.iterations for row in found], np.int64),
        parent=np.array([place[parent(k)] for k in kept], np.int32),
    )


def _line_times(lines: list[_Line]) -> LineTimes:
    laps: dict[tuple[int, int], int] = {}
    lap = [laps.setdefault((line.row, line.iteration), len(laps)) for line in lines]
    return LineTimes(
        site=np.array([line.site for line in lines], np.int32),
        line=np.array([line.line for line in lines], np.int32),
        lap=np.array(lap, np.int32),
        start_ns=np.array([line.start_ns for line in lines], np.int64),
        end_ns=np.array([line.end_ns for line in lines], np.int64),
    )


def _is_kept(row: _Row) -> bool:
    return row.iterations > 0 or row.goes_on
