"""The loop clock: the best core that can be had, started and stopped with each window."""

from __future__ import annotations

import linecache
import sys
import time
from dataclasses import replace

import numpy as np

from loopscope.capture.monitoring import MonitoringCore
from loopscope.capture.release_locals import release_locals
from loopscope.capture.replay import replay
from loopscope.capture.samples import Core, EntryHook, Samples
from loopscope.capture.sampling import SamplingCore
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
                told = core.start(self.samples)
            except RuntimeError as error:
                reasons.append(f"{name}: {error}")
                continue
            self.core = core
            self.clock = Clock(name, "; ".join([*reasons, *filter(None, [told])]))
            return
        self.clock = Clock("none", "; ".join(reasons))

    def stop(self) -> None:
        """Stop; the interpreter is left as it was found."""
        if self.core is not None:
            self.core.stop()
            self.core = None
        release_locals(self.samples)
        for writer in self.samples.writers:
            writer.flush()
        self.end_ns = time.time_ns()

    def entries(self) -> tuple[tuple[LoopSite, ...], tuple[LoopEntries, ...]]:
        """Return the loops that ran and when, after ``stop``."""
        sites, threads = replay(self.samples, self.end_ns)
        if self.clock.core == "sampling":
            threads = tuple(
                replace(entries, iterations=np.full_like(entries.iterations, -1))
                for entries in threads
            )
        return sites, threads

    def sources(self, sites: tuple[LoopSite, ...]) -> dict[str, str]:
        """Return the text of every file with a loop, where it can be had."""
        texts = {path: "".join(linecache.getlines(path)) for path in {s.path for s in sites}}
        return {path: text for path, text in texts.items() if text}

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know of the window."""
        notes = []
        if any(writer.full for writer in self.samples.writers):
            notes.append("the loop clock is full: later loops are missing")
        if self.clock.core == "sampling":
            notes.append("loops were timed by sampling: iterations are an estimate from their ops")
        notes += [f"loops could not be read: {where}" for where in self.samples.unread]
        return tuple(notes)


def _cores() -> list[tuple[ClockCore, Core]]:
    others: list[tuple[ClockCore, Core]] = [
        ("settrace", SettraceCore()),
        ("sampling", SamplingCore()),
    ]
    if hasattr(sys, "monitoring"):
        return [("monitoring", MonitoringCore()), *others]
    return others
