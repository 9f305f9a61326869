"""The loop clock: the best core that can be had, started and stopped with each window."""

from __future__ import annotations

import linecache
import sys
import time

from loopscope.capture.monitoring import MonitoringCore
from loopscope.capture.replay import replay
from loopscope.capture.samples import Core, EntryHook, Samples
from loopscope.capture.settrace import SettraceCore
from loopscope.config import Settings
from loopscope.model.recording import Clock, ClockCore, LoopEntries, LoopSite


class LoopClock:
    """Times the user's loops while it runs.

    Args:
        settings: Which code is looked at, and how many samples are kept.
        entry_hook: Called with a frame of the user's and a line before the frame enters an
            outermost loop or a comprehension on that line, twice for each line. It must be
            quick. What it raises is counted, never seen by the program.
    """

    def __init__(self, settings: Settings, entry_hook: EntryHook | None = None) -> None:
        self.samples = Samples(settings, entry_hook)
        self.core: Core | None = None
        self.clock = Clock("none")
        self.end_ns = 0

    def start(self) -> None:
        """Start the best core; the clock says why a better one was refused."""
        reasons = []
        for name, core in _cores():
            try:
                core.start(self.samples)
            except RuntimeError as error:
                reasons.append(f"{name}: {error}")
                continue
            self.core = core
            self.clock = Clock(name, "; ".join(reasons))
            return
        self.clock = Clock("none", "; ".join(reasons))

    def stop(self) -> None:
        """Stop; the interpreter is left as it was found."""
        if self.core is not None:
            self.core.stop()
            self.core = None
        for writer in self.samples.writers:
            writer.flush()
        self.end_ns = time.time_ns()

    def entries(self) -> tuple[tuple[LoopSite, ...], tuple[LoopEntries, ...]]:
        """Return the loops that ran and when, after ``stop``."""
        return replay(self.samples, self.end_ns)

    def sources(self, sites: tuple[LoopSite, ...]) -> dict[str, str]:
        """Return the text of every file with a loop, where it can be had."""
        texts = {path: "".join(linecache.getlines(path)) for path in {s.path for s in sites}}
        return {path: text for path, text in texts.items() if text}

    @property
    def full(self) -> bool:
        """Whether a thread ran into the bound on samples."""
        return any(writer.full for writer in self.samples.writers)


def _cores() -> list[tuple[ClockCore, Core]]:
    if hasattr(sys, "monitoring"):
        return [("monitoring", MonitoringCore()), ("settrace", SettraceCore())]
    return [("settrace", SettraceCore())]
