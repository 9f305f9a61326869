"""A Kineto trace as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ops:
    """CPU operators, sorted by thread, then start, then longest first.

    Attributes:
        start_ns: int64, nanoseconds since the epoch.
        duration_ns: int64.
        thread: int32, index in ``Trace.threads``.
        name: int32, index in ``Trace.names``.
        parent: int32, row of the op around it on the same thread, or -1.
        sequence: int64, autograd sequence number, or -1.
        forward: int32, for an op that autograd's engine ran, or anything under it: row of the
            forward op it came from; -1 for forward ops and where the link is missing.
        backward: bool, ran by autograd's engine.
    """

    start_ns: Int64s
    duration_ns: Int64s
    thread: Int32s
    name: Int32s
    parent: Int32s
    sequence: Int64s
    forward: Int32s
    backward: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start_ns)


@dataclass(frozen=True, slots=True)
class Calls:
    """Runtime and driver calls on the host. ``op`` is the innermost op around each, or -1."""

    start_ns: Int64s
    duration_ns: Int64s
    thread: Int32s
    name: Int32s
    correlation: Int64s
    op: Int32s


@dataclass(frozen=True, slots=True)
class Kernels:
    """Kernels, copies and fills on devices.

    ``op`` is the innermost op that launched each, by ``correlation``, or -1; ``kind`` is 0 for a
    kernel, 1 for a copy, 2 for a fill.
    """

    start_ns: Int64s
    duration_ns: Int64s
    device: Int32s
    stream: Int32s
    name: Int32s
    correlation: Int64s
    op: Int32s
    kind: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Annotations:
    """``record_function`` ranges: ``ProfilerStep#3``, ``Optimizer.step#SGD.step``, …."""

    start_ns: Int64s
    duration_ns: Int64s
    thread: Int32s
    name: Int32s


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace file, decoded.

    Attributes:
        threads: Native thread ids, by index.
        names: Event names, by index; no name twice.
        base_time_ns: What the file's ``ts`` are relative to (0 if they are since the epoch).
        num_events: Events in the file, metadata included.
        notes: What was lost or repaired while reading.
    """

    path: str
    threads: tuple[int, ...]
    names: tuple[str, ...]
    ops: Ops
    calls: Calls
    kernels: Kernels
    annotations: Annotations
    base_time_ns: int
    num_events: int
    notes: tuple[str, ...] = ()
