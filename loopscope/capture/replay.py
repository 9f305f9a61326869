"""From samples to loop entries: replay each thread's calls, lines and jumps."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from loopscope.capture.loop_table import LoopTable
from loopscope.capture.samples import (
    AT,
    CODE_SHIFT,
    ENTER,
    EVENT_SHIFT,
    JUMP,
    LEAVE,
    LINE,
    PLACE_MASK,
    YIELD,
    Samples,
)  # fmt: skip
from loopscope.model.recording import LoopEntries, LoopSite


def replay(samples: Samples, end_ns: int) -> tuple[tuple[LoopSite, ...], tuple[LoopEntries, ...]]:
    """Return the loops that ran and each thread's entries into them."""
    sites: dict[tuple[int, int], int] = {}
    threads = tuple(
        _Replay(samples, sites).run(buffer, samples.native_ids[thread], end_ns)
        for thread, buffer in list(samples.buffers.items())
        if buffer
    )
    return tuple(_site(samples, sites, code, loop) for code, loop in sites), threads


def _site(
    samples: Samples, sites: dict[tuple[int, int], int], code_index: int, loop_index: int
) -> LoopSite:
    code = samples.codes[code_index]
    loops = samples.tables[code_index].loops
    loop = loops[loop_index]
    depth, up = 0, loop.parent
    while up >= 0:
        depth, up = depth + 1, loops[up].parent
    return LoopSite(
        path=code.co_filename,
        function=_function(getattr(code, "co_qualname", code.co_name)),
        function_line=code.co_firstlineno,
        line=loop.line,
        column=loop.column,
        end_line=loop.end_line,
        depth=depth,
        parent=sites.get((code_index, loop.parent), -1),
        kind=loop.kind,
    )


def _function(qualname: str) -> str:
    """The function that the user wrote, without comprehensions' own code objects."""
    parts = [
        p
        for p in qualname.split(".")
        if p not in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
    ]
    while parts and parts[-1] == "<locals>":
        parts.pop()
    return ".".join(parts) or "<module>"


@dataclass(slots=True)
class _Frame:
    code: int
    table: LoopTable
    lazy: bool
    open: list[tuple[int, int]] = field(default_factory=list)  # loop, row
    last_ns: int = 0
    body_seen: bool = False
    suspended: bool = False


class _Replay:
    def __init__(self, samples: Samples, sites: dict[tuple[int, int], int]) -> None:
        self.samples = samples
        self.sites = sites
        self.stack: list[_Frame] = []
        self.asleep: dict[int, list[_Frame]] = {}
        self.rows: list[list[int]] = []  # site, start, end, iterations, parent

    def run(self, buffer: array[int], native_id: int, end_ns: int) -> LoopEntries:
        data = np.frombuffer(buffer, np.int64).copy()
        times, words = data[0::2].tolist(), data[1::2].tolist()
        for now, word in zip(times, words, strict=False):
            self._step(now, word >> CODE_SHIFT, (word >> EVENT_SHIFT) & 15, word & PLACE_MASK)
        while self.stack:
            self._close(self.stack.pop(), (), end_ns)
        order = sorted(range(len(self.rows)), key=lambda r: (self.rows[r][1], -self.rows[r][2], r))
        place = {row: k for k, row in enumerate(order)}
        place[-1] = -1
        columns = np.array([self.rows[r] for r in order], np.int64).reshape(-1, 5)
        return LoopEntries(
            thread_id=native_id,
            site=columns[:, 0].astype(np.int32),
            start_ns=columns[:, 1],
            end_ns=columns[:, 2],
            iterations=columns[:, 3],
            parent=np.array([place[p] for p in columns[:, 4].tolist()], np.int32),
        )

    def _step(self, now: int, code: int, event: int, place: int) -> None:
        if event == ENTER:
            self._enter(now, code)
            return
        frame = self._frame(now, code)
        if event == LINE:
            self._line(frame, now, place)
        elif event == JUMP:
            self._jump(frame, now, place)
        elif event == AT:
            if place in frame.table.headers:
                self._jump(frame, now, place)
            else:
                self._move(frame, frame.table.at_offset(place), now)
                frame.body_seen = True
        elif event == YIELD:
            if frame.lazy:
                frame.suspended = True
            else:
                self._sleep(now)
        elif event == LEAVE:
            self._close(frame, (), now)
            self.stack.pop()
        frame.last_ns = now

    def _enter(self, now: int, code: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and top.code == code and top.suspended:
            top.suspended = False
            return
        if top is not None and top.suspended and self.samples.codes[code].co_name != "<genexpr>":
            self._wake_consumer(now)
        asleep = self.asleep.get(code)
        if asleep:
            frame = asleep.pop()
            loops = [loop for loop, _ in frame.open]
            frame.open = []
            self.stack.append(frame)
            for loop in loops:
                self._open(frame, loop, now, resumed=True)
        else:
            lazy = self.samples.codes[code].co_name == "<genexpr>"
            frame = _Frame(code, self.samples.tables[code], lazy)
            self.stack.append(frame)
        frame.last_ns = now

    def _frame(self, now: int, code: int) -> _Frame:
        """The running frame of this code; frames above it that were left unseen are closed."""
        while self.stack and self.stack[-1].suspended and self.stack[-1].code != code:
            self._wake_consumer(now)
        if self.stack and self.stack[-1].code == code:
            return self.stack[-1]
        if any(frame.code == code for frame in self.stack):
            while self.stack[-1].code != code:
                self._close(self.stack.pop(), (), now)
        else:  # was running when the window began
            self.stack.append(_Frame(code, self.samples.tables[code], False, last_ns=now))
        return self.stack[-1]

    def _wake_consumer(self, now: int) -> None:
        self.stack[-1].suspended = False
        self._sleep(now)

    def _sleep(self, now: int) -> None:
        frame = self.stack.pop()
        for _, row in frame.open:
            self.rows[row][2] = now
        self.asleep.setdefault(frame.code, []).append(frame)

    def _line(self, frame: _Frame, now: int, line: int) -> None:
        chain = frame.table.at_line.get(line, ())
        loops = frame.table.loops
        # A header's line is reached from outside and at every iteration: only a jump tells.
        kept = tuple(k for k, _ in frame.open if k in chain or loops[k].line == line)
        if len(kept) > len(chain):
            self._move(frame, kept, now)
            return
        self._move(frame, chain, now)
        frame.body_seen = True

    def _jump(self, frame: _Frame, now: int, offset: int) -> None:
        loop = frame.table.headers.get(offset)
        if loop is None:
            return
        was_open = any(k == loop for k, _ in frame.open)
        chain = frame.table.at_offset(offset)
        self._move(
            frame,
            chain,
            now if was_open or frame.table.loops[loop].kind == "while" else frame.last_ns,
        )
        row = frame.open[-1][1] if frame.open else -1
        if row >= 0 and (was_open or frame.table.loops[loop].kind != "while"):
            self.rows[row][3] += 1
        frame.body_seen = frame.table.loops[loop].kind == "while"

    def _move(self, frame: _Frame, chain: tuple[int, ...], now: int) -> None:
        self._close(frame, chain, now)
        opened = len(frame.open)
        for loop in chain[opened:]:
            self._open(frame, loop, now, resumed=False)

    def _close(self, frame: _Frame, chain: tuple[int, ...], now: int) -> None:
        while frame.open and (
            len(frame.open) > len(chain) or frame.open[-1][0] != chain[len(frame.open) - 1]
        ):
            _loop, row = frame.open.pop()
            self.rows[row][2] = now
            if frame.body_seen:  # left in the middle of an iteration: break, return, exception
                self.rows[row][3] += 1
            frame.body_seen = True  # the loop around it is in its body

    def _open(self, frame: _Frame, loop: int, now: int, *, resumed: bool) -> None:
        key = (frame.code, loop)
        site = self.sites.setdefault(key, len(self.sites))
        parent = -1
        for other in reversed(self.stack):
            if other.open:
                parent = other.open[-1][1]
                break
        frame.open.append((loop, len(self.rows)))
        self.rows.append([site, now, now, 0, parent])
