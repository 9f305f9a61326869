"""The clock core for Python 3.10 and 3.11: ``sys.settrace``, local to frames that hold a loop."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from loopscope.capture.marks import with_prefixes
from loopscope.capture.running import frame_number, note_running, watched_frames
from loopscope.capture.samples import Samples, Watched
from loopscope.capture.writer import AT, BEGIN, ENTER, LAP, LEAVE, RESUME, YIELD

Trace = Callable[[FrameType, str, Any], Any]

_SUSPENDS = {"YIELD_VALUE", "YIELD_FROM", "SEND", "RESUME"}  # 3.13 tells of a yield after it
MAX_CALLS_FOR_HOOK = 64


class SettraceCore:
    """Line events with the instruction at which each line begins.

    Most lines are let pass after one look-up; library code after one look-up a call.
    """

    def __init__(self) -> None:
        self.frames: list[FrameType] = []
        self.threads: list[_ThreadTracer] = []
        self.running = False

    def start(self, samples: Samples) -> None:
        """Trace this thread and those that start from now on.

        Raises:
            RuntimeError: A debugger or a coverage tool traces this thread already.
        """
        owner = sys.gettrace()
        if owner is not None:
            raise RuntimeError(f"sys.settrace belongs to {_name(owner)}")
        self.samples = samples
        self.running = True
        tracer = self._thread_tracer()
        frames = watched_frames(samples, sys._getframe(1))
        note_running(tracer.writer, frames)
        for frame, _ in frames:
            frame.f_trace = tracer.local(frame.f_code)
            self.frames.append(frame)
        self.others = threading.gettrace()
        threading.settrace(self._begin_thread)
        sys.settrace(tracer.trace)

    def stop(self) -> None:
        """Stop tracing; frames that are still running lose their trace function."""
        self.running = False
        sys.settrace(None)
        threading.settrace(self.others)
        for frame in self.frames:
            frame.f_trace = None
        self.frames.clear()
        for tracer in self.threads:
            tracer.forget()

    def _begin_thread(self, frame: FrameType, event: str, arg: object) -> Trace | None:
        """The first event in a new thread: from now on it has a tracer of its own."""
        tracer = self._thread_tracer()
        sys.settrace(tracer.trace)
        local: Trace | None = tracer.trace(frame, event, arg)
        return local

    def _thread_tracer(self) -> _ThreadTracer:
        tracer = _ThreadTracer(self, self.samples)
        self.threads.append(tracer)
        return tracer


class _ThreadTracer:
    """One thread's trace functions, with its writer bound."""

    def __init__(self, core: SettraceCore, samples: Samples) -> None:
        self.core = core
        self.samples = samples
        self.writer = samples.writer()
        self.met: dict[int, _Met | None] = {}
        self.trace = self._calls()

    def local(self, code: CodeType) -> Trace | None:
        """Return the function that traces the lines of a code object."""
        met = self.meet(code)
        return None if met is None else met.lines

    def meet(self, code: CodeType) -> _Met | None:
        """Decide once what is looked at in a code object."""
        if not self.core.running:  # the window ended; this thread goes on without us
            sys.settrace(None)
            return None
        if id(code) not in self.met:
            watched = self.samples.look(code)
            self.met[id(code)] = None if watched is None else self._watch(watched)
        return self.met[id(code)]

    def forget(self) -> None:
        """Look at every code object anew: a thread that goes on sees that the window ended."""
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
        base, run, note = watched.base, self.writer.run, self.writer.note
        get, core, samples = _words(watched).get, self.core, self.samples
        suspends = frozenset(
            o for o, name in watched.table.flow.names.items() if name in _SUSPENDS
        )
        raised_at = -1

        def trace_lines(frame: FrameType, event: str, arg: object) -> Trace | None:
            nonlocal raised_at
            if event == "line":
                word = get(frame.f_lasti)
                if word is None:
                    return trace_lines
                if word == run[0]:
                    run[1] += 1
                    return trace_lines
                if not core.running:
                    frame.f_trace = None
                    return None
                samples.call_hook(watched, frame, frame.f_lasti)
                note(word)
            elif event == "return" and core.running:
                offset = frame.f_lasti
                if offset in suspends and offset != raised_at:
                    note(base | YIELD | frame_number(frame))
                else:
                    note(base | LEAVE | max(offset, 0))
                raised_at = -1
            elif event == "exception":
                raised_at = frame.f_lasti
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
                frame.f_trace_lines = False
            return trace_hooks

        return trace_hooks


class _Met(NamedTuple):
    """How a code object is traced: its lines, and where it begins if it has loops."""

    lines: Trace
    base: int = -1
    first: int = 0


_UNKNOWN = _Met(lambda frame, event, arg: None)


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


def _name(owner: object) -> str:
    module = getattr(owner, "__module__", None) or type(owner).__module__
    return f"{module}.{getattr(owner, '__qualname__', type(owner).__qualname__)}"
