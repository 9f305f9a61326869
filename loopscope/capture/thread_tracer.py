"""What one thread does at the events of ``sys.settrace``."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any, NamedTuple

from loopscope.capture.line_timer import LineTimer
from loopscope.capture.marks import with_prefixes
from loopscope.capture.running import frame_number
from loopscope.capture.samples import Samples, Watched
from loopscope.capture.shared_trace import Trace, share
from loopscope.capture.writer import (
    AT,
    BEGIN,
    ENTER,
    EVENT_MASK,
    LAP,
    LEAVE,
    LINE,
    RAISE,
    RESUME,
    YIELD,
)

# Since 3.13 a ``return`` event for a yield tells of the instruction after it.
_SUSPENDS = {"YIELD_VALUE", "YIELD_FROM", "SEND", "RESUME"}
_ENDS = (StopIteration, StopAsyncIteration)
MAX_CALLS_FOR_HOOK = 64


class ThreadTracer:
    """A thread's trace functions, with its writer bound.

    Attributes:
        trace: The function for ``sys.settrace``, which calls the owner's as well.
        running: Whether the window goes on. A thread that outlives it stops by itself.
    """

    def __init__(self, samples: Samples, owner: Trace | None) -> None:
        self.samples = samples
        self.owner = owner
        self.running = True
        self.writer = samples.writer()
        self.met: dict[int, _Met | None] = {}
        self.trace = share(owner, self._calls())

    def local(self, code: CodeType) -> Trace | None:
        """Return the function that traces the lines of a code object."""
        met = self.meet(code)
        return None if met is None else met.lines

    def meet(self, code: CodeType) -> _Met | None:
        """Decide once what is looked at in a code object."""
        if not self.running:
            if sys.gettrace() is self.trace:
                sys.settrace(self.owner)
            return None
        if id(code) not in self.met:
            watched = self.samples.look(code)
            self.met[id(code)] = None if watched is None else self._watch(watched)
        return self.met[id(code)]

    def stop(self) -> None:
        """Write no more; code objects are looked up anew, so that the thread sees it."""
        self.running = False
        self.met.clear()

    def _watch(self, watched: Watched) -> _Met:
        if not watched.table.loops:
            return _Met(self._hooks(watched))
        names = watched.table.flow.names
        first = next((offset for offset, name in names.items() if name == "RESUME"), 0)
        return _Met(self._lines(watched), watched.base, first)

    def _calls(self) -> Trace:
        get, unknown, note = self.met.get, _UNKNOWN, self.writer.note

        def trace_calls(frame: FrameType, event: str, arg: object) -> Trace | None:
            met = get(id(frame.f_code), unknown)
            if met is None:  # library code: the usual case
                return None
            if met is unknown:
                met = self.meet(frame.f_code)
                if met is None:
                    return None
            if met.base >= 0:
                resumed = frame.f_lasti > met.first
                note(met.base | (RESUME if resumed else ENTER) | frame_number(frame))
            return met.lines

        return trace_calls

    def _lines(self, watched: Watched) -> Trace:
        base, writer, note = watched.base, self.writer, self.writer.note
        timer = LineTimer(_words(watched))
        timer.add(watched)
        get, rest, samples = timer.words.get, timer.rest, self.samples
        suspends, laps = _suspends(watched), bool(watched.marks.laps)
        raised_at = -1

        def trace_lines(frame: FrameType, event: str, arg: Any) -> Trace | None:  # noqa: ANN401 (of any type)
            nonlocal raised_at
            if event == "line":
                word = get(frame.f_lasti)
                if word is None:
                    return trace_lines
                if word == writer.word:
                    writer.more += 1
                    return trace_lines
                if not self.running:
                    frame.f_trace = None
                    return None
                samples.call_hook(watched, frame, frame.f_lasti)
                note(word)
                if word in rest:
                    timer.began(word)
                if rest and word & EVENT_MASK != LINE and timer.is_timed(watched, word):
                    note(base | LINE | frame.f_lineno)
            elif event == "return" and self.running:
                offset = frame.f_lasti
                if offset in suspends and offset != raised_at:
                    note(base | YIELD | frame_number(frame))
                else:
                    note(base | LEAVE)
                raised_at = -1
            elif event == "exception":
                raised_at = frame.f_lasti
                if laps and self.running and not issubclass(arg[0], _ENDS):
                    note(base | RAISE | raised_at)
            return trace_lines

        return trace_lines

    def _hooks(self, watched: Watched) -> Trace:
        """Trace a code object that has no loop of its own until its comprehensions have run."""
        calls = 0

        def trace_hooks(frame: FrameType, event: str, arg: object) -> Trace | None:
            nonlocal calls
            if event == "line":
                self.samples.call_hook(watched, frame, frame.f_lasti)
            elif event == "return":
                calls += 1
            if not watched.hooks or calls >= MAX_CALLS_FOR_HOOK:
                self.met[id(watched.code)] = None
            return trace_hooks

        return trace_hooks


class _Met(NamedTuple):
    """How a code object is traced: its lines, and where it begins if it has loops."""

    lines: Trace
    base: int = -1
    first: int = 0


_UNKNOWN = _Met(lambda frame, event, arg: None)


def _suspends(watched: Watched) -> frozenset[int]:
    """Instructions at which a ``return`` event tells of a suspension."""
    flow = watched.table.flow
    found = {offset for offset, name in flow.names.items() if name in _SUSPENDS}
    # 3.10 is at the instruction before while it waits: it will run this one again.
    before = {
        o for o, ways in flow.after.items() if any(flow.names[x] == "YIELD_FROM" for x in ways)
    }
    return frozenset(found | before)


def _words(watched: Watched) -> dict[int, int]:
    """Offset of a line's first instruction → word."""
    marks, flow = watched.marks, watched.table.flow
    words = {
        o: AT | o for start in (*marks.leaves, *watched.hooks) for o in with_prefixes(flow, start)
    }
    words.update(
        (o, LAP | k) for start, k in marks.laps.items() for o in with_prefixes(flow, start)
    )
    words.update(
        (o, BEGIN | k) for start, k in marks.begins.items() for o in with_prefixes(flow, start)
    )
    return {offset: watched.base | word for offset, word in words.items()}
