"""Runs source text under one clock core and tells what the clock saw. Needs no torch."""

import contextlib
import itertools
import linecache
import sys
import textwrap
import time
from dataclasses import dataclass
from typing import NamedTuple

from loopscope.capture.monitoring import MonitoringCore
from loopscope.capture.replay import replay
from loopscope.capture.samples import Samples
from loopscope.capture.settrace import SettraceCore
from loopscope.config import Settings
from loopscope.model.recording import LoopEntries, LoopSite

CORES = [SettraceCore] if sys.version_info < (3, 12) else [MonitoringCore, SettraceCore]

_numbers = itertools.count()


class Entry(NamedTuple):
    """One entry into a loop: its line, its iterations, and the line of the entry around it."""

    line: int
    iterations: int
    inside: int | None = None


@dataclass
class Seen:
    """What the clock saw."""

    sites: tuple[LoopSite, ...]
    threads: tuple[LoopEntries, ...]
    samples: Samples
    paths: tuple[str, ...]

    @property
    def entries(self):
        """Entries into the program's loops, of all threads, in the order in which they began."""
        return [
            Entry(self.sites[site].line, int(thread.iterations[row]), self._line(thread, up))
            for thread in self.threads
            for row, (site, up) in enumerate(zip(thread.site, thread.parent, strict=True))
            if self.sites[site].path in self.paths
        ]

    def _line(self, thread, row):
        site = self.sites[thread.site[row]]
        return site.line if row >= 0 and site.path in self.paths else None

    @property
    def totals(self):
        """Line → number of entries and of iterations."""
        found = {}
        for line, iterations, _ in self.entries:
            before = found.get(line, (0, 0))
            found[line] = (before[0] + (iterations != 0), before[1] + iterations)
        return found

    def check_nesting(self):
        """Entries of a thread nest or are disjoint, and parents are the ones around."""
        for thread in self.threads:
            starts, ends = thread.start_ns.tolist(), thread.end_ns.tolist()
            running = []
            for row, (start, end, up) in enumerate(
                zip(starts, ends, thread.parent.tolist(), strict=True)
            ):
                assert start <= end
                while running and running[-1] != up:
                    assert ends[running.pop()] <= start
                assert up < 0 or starts[up] <= start <= end <= ends[up]
                running.append(row)


def compiled(source, path=None):
    """Return a module's code with its source where tracebacks look for it."""
    text = textwrap.dedent(source).lstrip("\n")
    path = path or f"<clocked {next(_numbers)}>"
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    return compile(text, path, "exec")


def clocked(core, source, *, stops_with=(), entry_hook=None, settings=None, path=None, **names):
    """Run ``source`` as a module under ``core``; lines count from its first.

    ``stops_with`` is what the program may raise.
    """
    code = compiled(source, path)
    namespace = {"__name__": "clocked", **names}

    def run():
        with contextlib.suppress(*stops_with):
            exec(code, namespace)

    return recorded(core, run, code.co_filename, entry_hook=entry_hook, settings=settings)


def recorded(core, run, *paths, entry_hook=None, settings=None):
    """Call ``run`` under ``core``; the entries shown are those into loops of ``paths``."""
    samples = Samples(settings or Settings(), entry_hook=entry_hook)
    running = core()
    running.start(samples)
    try:
        run()
    finally:
        running.stop()
        for writer in samples.writers:
            writer.flush()
    seen = Seen(*replay(samples, time.time_ns()), samples, paths)
    seen.check_nesting()
    return seen
