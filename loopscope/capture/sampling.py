"""The clock core where no other can be had: look at each thread's stack every millisecond."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from loopscope.capture.marks import Marks
from loopscope.capture.running import threads_running, watched_frames
from loopscope.capture.samples import Samples, Watched
from loopscope.capture.writer import AT, BEGIN, ENTER, LEAVE, Writer

PERIOD_S = 0.001


class SamplingCore:
    """Tells which loops are running, to a millisecond or so, but not how often they iterate."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def start(self, samples: Samples) -> str:
        """Begin to look."""
        samples.read_marks = lambda table: Marks()
        self.samples = samples
        self.threads: dict[int, _Thread] = {}
        self.last_ns = time.time_ns()
        self.thread = threading.Thread(target=self._run, name="loopscope", daemon=True)
        self.thread.start()
        return f"looked at every {PERIOD_S * 1e3:.0f} ms"

    def stop(self) -> None:
        """Look for the last time."""
        self.stopped.set()
        self.thread.join()

    def _run(self) -> None:
        sys.settrace(None)  # a tracer of new threads has no business here
        while not self.stopped.wait(PERIOD_S):
            self._look()

    def _look(self) -> None:
        """What changed did so half-way between this look and the one before, as far as we know."""
        now = time.time_ns()
        half_way = (self.last_ns + now) // 2
        for running in threads_running():
            if running.ident == self.thread.ident:
                continue
            thread = self.threads.get(running.ident)
            if thread is None:
                writer = self.samples.writer(running.native_id)
                thread = self.threads[running.ident] = _Thread(writer)
            thread.update(watched_frames(self.samples, running.frame), half_way)
        self.last_ns = now


@dataclass(slots=True)
class _Thread:
    """A thread's stack of watched frames as it was last seen."""

    writer: Writer
    stack: list[_Seen] = field(default_factory=list)

    def update(self, frames: list[tuple[FrameType, Watched]], now: int) -> None:
        """Write down what must have happened since the stack was last seen."""
        seen = [_Seen(id(frame), frame.f_lasti, watched) for frame, watched in frames]
        same = 0
        for old, new in zip(self.stack, seen, strict=False):
            if (old.frame, old.watched) != (new.frame, new.watched):
                break
            same += 1
            if old.offset != new.offset:  # it has run: what it had called has ended
                break
        for old in reversed(self.stack[same:]):
            self.writer.write(now, old.watched.base | LEAVE)
        if same:
            self._move(self.stack[same - 1], seen[same - 1], now)
        for new in seen[same:]:
            self.writer.write(now, new.watched.base | ENTER)
            for loop in new.loops:
                self.writer.write(now, new.watched.base | BEGIN | loop)
        self.stack = seen

    def _move(self, old: _Seen, new: _Seen, now: int) -> None:
        if old.loops == new.loops:
            return
        self.writer.write(now, new.watched.base | AT | new.offset)
        for loop in new.loops:
            if loop not in old.loops:
                self.writer.write(now, new.watched.base | BEGIN | loop)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A frame and the instruction it was at."""

    frame: int
    offset: int
    watched: Watched

    @property
    def loops(self) -> tuple[int, ...]:
        return self.watched.table.chain(self.offset)
