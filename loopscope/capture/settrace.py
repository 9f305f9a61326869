"""The clock core for Python 3.10 and 3.11: ``sys.settrace``, local to frames that hold a loop."""

from __future__ import annotations

import sys
import threading
from types import FrameType

from loopscope.capture.running import note_running, watched_frames
from loopscope.capture.samples import Samples
from loopscope.capture.shared_trace import Trace, is_shareable, share_frame, unshared
from loopscope.capture.thread_tracer import ThreadTracer


class SettraceCore:
    """Line events with the instruction at which each line begins.

    Most lines are let pass after one look-up; library code after one look-up a call. A trace
    function that is there already goes on to get its events, if it is plain Python.
    """

    def __init__(self) -> None:
        self.frames: list[FrameType] = []
        self.tracers: list[ThreadTracer] = []

    def start(self, samples: Samples) -> str:
        """Trace this thread and those that start from now on; say with whom it is shared.

        Raises:
            RuntimeError: A debugger or a coverage tool traces this thread already.
        """
        owner: Trace | None = sys.gettrace()
        if owner is not None and not is_shareable(owner):
            raise RuntimeError(f"sys.settrace belongs to {_name(owner)}")
        self.samples = samples
        self.owner_of_threads = threading.gettrace()
        self.running = True
        tracer = self.main = self._thread_tracer(owner)
        frames = watched_frames(samples, sys._getframe(1))
        note_running(tracer.writer, frames)
        for frame, watched in frames:
            frame.f_trace = share_frame(frame, frame.f_trace, tracer.local(watched.code))
            self.frames.append(frame)
        threading.settrace(self._begin_thread)
        sys.settrace(tracer.trace)
        return "" if owner is None else f"sys.settrace is shared with {_name(owner)}"

    def stop(self) -> None:
        """Stop tracing; who had ``sys.settrace`` before has it again, as has each frame."""
        self.running = False
        for tracer in self.tracers:
            tracer.stop()
        if sys.gettrace() is self.main.trace:  # a debugger that began in the window keeps it
            sys.settrace(self.main.owner)
        threading.settrace(self.owner_of_threads)
        for frame in self.frames:
            frame.f_trace = unshared(frame.f_trace)
        self.frames.clear()

    def _begin_thread(self, frame: FrameType, event: str, arg: object) -> Trace | None:
        """The first event in a new thread: from now on it has a tracer of its own."""
        trace = self.owner_of_threads
        if self.running:
            trace = self._thread_tracer(self.owner_of_threads).trace
        sys.settrace(trace)
        return None if trace is None else trace(frame, "call", arg)

    def _thread_tracer(self, owner: Trace | None) -> ThreadTracer:
        self.tracers.append(ThreadTracer(self.samples, owner))
        return self.tracers[-1]


def _name(owner: object) -> str:
    module = getattr(owner, "__module__", None) or type(owner).__module__
    return f"{module}.{getattr(owner, '__qualname__', type(owner).__qualname__)}"
