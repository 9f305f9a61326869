"""What one profiled window leaves behind: a trace on disk and what the loop clock saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from loopscope.model.snapshot import Snapshot

LoopKind = Literal["for", "while", "comprehension", "generator"]
ClockCore = Literal["monitoring", "settrace", "sampling", "none"]


@dataclass(frozen=True, slots=True)
class LoopSite:
    """A loop as the bytecode of its code object shows it.

    Attributes:
        path: ``co_filename``.
        function: Qualified name of the function the user wrote; a comprehension's own code
            object (``<listcomp>``, ``<genexpr>``) is part of it.
        function_line: ``co_firstlineno`` of the code object that holds the loop.
        line: First line of the loop that carries an instruction: the ``for`` line, or the first
            line of the body for ``while True``.
        column: 0-based column of the iterable (``for``) or of the first instruction; -1 where
            the interpreter keeps none (3.10).
        end_line: Last line that carries an instruction of the loop.
        depth: Number of loops of the same code object around it.
        parent: Index in ``Recording.sites`` of the loop around it in the same code object, or -1.
    """

    path: str
    function: str
    function_line: int
    line: int
    column: int
    end_line: int
    depth: int
    parent: int
    kind: LoopKind


@dataclass(frozen=True, slots=True)
class LineTimes:
    """When a thread was at the lines of the iterations that were timed line by line.

    Columns of one length. What a line calls is part of its time.

    Attributes:
        site: int32, index in ``Recording.sites`` of the innermost loop around the line.
        line: int32.
        lap: int32, the same for all lines of one iteration of one loop.
        start_ns: int64.
        end_ns: int64.
    """

    site: npt.NDArray[np.int32]
    line: npt.NDArray[np.int32]
    lap: npt.NDArray[np.int32]
    start_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]

    @classmethod
    def none(cls) -> LineTimes:
        """No line was timed."""
        few, many = np.empty(0, np.int32), np.empty(0, np.int64)
        return cls(few, few, few, many, many)


@dataclass(frozen=True, slots=True)
class LoopEntries:
    """Each time a thread went through a loop from its first iteration to its last.

    Columns of one length, sorted by ``start_ns``; entries nest or are disjoint, across calls.
    Times are nanoseconds since the epoch, as ``time.time_ns`` gives them.

    Attributes:
        thread_id: Native thread id, as the trace's ``tid``.
        site: int32, index in ``Recording.sites``.
        start_ns: int64.
        end_ns: int64; the window's end where the loop was still running.
        iterations: int64, number of iterations begun; -1 where the core could not count; 0 where
            the row goes on with an entry that a ``yield`` suspended: an earlier row counts.
        parent: int32, row of the innermost entry around it on this thread, or -1. A loop in a
            function that a loop calls has the caller's entry as parent.
        lines: The lines of the first iterations of each loop.
    """

    thread_id: int
    site: npt.NDArray[np.int32]
    start_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    iterations: npt.NDArray[np.int64]
    parent: npt.NDArray[np.int32]
    lines: LineTimes = field(default_factory=LineTimes.none)


@dataclass(frozen=True, slots=True)
class Clock:
    """Which core timed the loops, and why a better one could not be had (empty if it could)."""

    core: ClockCore
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A training step, as the profiler counts them, in nanoseconds since the window began."""

    number: int
    offset_ns: int
    duration_ns: int


@dataclass(frozen=True, slots=True)
class Window:
    """One recorded window.

    Attributes:
        step: The profiler's step number at the window's end.
        steps: The steps in it; empty where the program does not call ``step()``.
    """

    index: int
    step: int
    start_ns: int
    end_ns: int
    steps: tuple[Step, ...] = ()

    @property
    def duration_ns(self) -> int:
        """Length of the window."""
        return self.end_ns - self.start_ns


@dataclass(frozen=True, slots=True)
class Environment:
    """Versions and machine, for reports."""

    python: str
    torch: str
    platform: str
    device: str
    num_threads: int


@dataclass(frozen=True, slots=True)
class Recording:
    """All that capture keeps of one window.

    Attributes:
        trace_path: The exported Chrome trace, plain or gzip.
        sources: Text of every file in ``sites`` whose source could be had, by path, as it was
            when the window ended (IPython cells and ``exec``'d code included).
        overhead_per_op_ns: Calibrated cost of the profiler itself per recorded op; an estimate,
            ``None`` where it could not be measured.
        notes: Lines for the user about what could not be recorded.
        snapshots: What top-level loops could read when they were entered, in that order.
    """

    trace_path: Path
    window: Window
    clock: Clock
    sites: tuple[LoopSite, ...]
    threads: tuple[LoopEntries, ...]
    sources: Mapping[str, str]
    environment: Environment
    overhead_per_op_ns: float | None = None
    notes: tuple[str, ...] = field(default=())
    snapshots: tuple[Snapshot, ...] = ()
