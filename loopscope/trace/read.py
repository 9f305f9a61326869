"""Read an exported Chrome trace into columns."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import msgspec
import numpy as np

from loopscope.errors import LoopscopeError
from loopscope.model.trace import Annotations, Calls, Kernels, Ops, Trace
from loopscope.trace.links import innermost_around, join_backward, join_kernels
from loopscope.trace.nesting import find_parents


class _Args(msgspec.Struct, gc=False):
    sequence: int = msgspec.field(name="Sequence number", default=-1)
    forward_thread: int = msgspec.field(name="Fwd thread id", default=0)
    correlation: int = -1
    device: int | str = 0
    stream: int | str = 0


class _Event(msgspec.Struct, gc=False):
    ph: str = ""
    cat: str | None = None
    name: str = ""
    tid: int | str = 0
    ts: float = 0.0
    dur: float = 0.0
    args: _Args | None = None


class _File(msgspec.Struct):
    traceEvents: list[_Event]
    baseTimeNanoseconds: int = 0


_DECODER = msgspec.json.Decoder(_File, strict=False)
_NO_ARGS = _Args()
_CALLS = {"cuda_runtime", "cuda_driver"}
_KERNELS = {"kernel": 0, "gpu_memcpy": 1, "gpu_memset": 2}


def read_trace(path: str | Path) -> Trace:
    """Return the trace in ``path``, plain or gzip.

    Raises:
        LoopscopeError: The file is missing, unreadable, or no trace.
    """
    file = _decode(Path(path))
    base = file.baseTimeNanoseconds
    by_kind: dict[str, list[_Event]] = {"op": [], "call": [], "kernel": [], "annotation": []}
    for event in file.traceEvents:
        if event.ph != "X":
            continue
        category = event.cat
        if category == "cpu_op":
            by_kind["op"].append(event)
        elif category == "user_annotation":
            by_kind["annotation"].append(event)
        elif category in _CALLS:
            by_kind["call"].append(event)
        elif category in _KERNELS:
            by_kind["kernel"].append(event)
    names = _Interned()
    threads = _Interned()
    ops, forward_threads = _ops(by_kind["op"], base, names, threads)
    ops = join_backward(ops, forward_threads, tuple(threads.values), tuple(names.values))
    calls = _calls(by_kind["call"], base, names, threads, ops)
    kernels = _kernels(by_kind["kernel"], base, names)
    return Trace(
        path=str(path),
        ops=ops,
        calls=calls,
        kernels=join_kernels(kernels, calls),
        annotations=_annotations(by_kind["annotation"], base, names, threads),
        threads=tuple(int(t) for t in threads.values),
        names=tuple(str(n) for n in names.values),
        base_time_ns=base,
        num_events=len(file.traceEvents),
    )


def _decode(path: Path) -> _File:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise LoopscopeError(
            f"No trace at {path}. Check the path.", slug="trace-missing"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise LoopscopeError(
            f"{path} cannot be read: {error}. Export the trace again.", slug="trace-unreadable"
        ) from None
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LoopscopeError(
            f"{path} is no Chrome trace: {error}. Pass a file that torch.profiler exported.",
            slug="not-a-trace",
        ) from None


class _Interned:
    """Values by the order in which they came."""

    def __init__(self) -> None:
        self.values: dict[int | str, int] = {}

    def column(self, values: list[str] | list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        index = self.values
        return np.fromiter(
            (index.setdefault(v, len(index)) for v in values), np.int32, len(values)
        )


def _times(events: list[_Event], base: int) -> tuple[np.ndarray, np.ndarray]:
    """Start and duration in whole nanoseconds; ``ts`` and ``dur`` are microseconds."""
    start = np.fromiter((e.ts for e in events), np.float64, len(events))
    duration = np.fromiter((e.dur for e in events), np.float64, len(events))
    return np.rint(start * 1e3).astype(np.int64) + base, np.rint(duration * 1e3).astype(np.int64)


def _thread_ids(events: list[_Event]) -> list[int]:
    return [e.tid if isinstance(e.tid, int) else -1 for e in events]


def _ops(
    events: list[_Event], base: int, names: _Interned, threads: _Interned
) -> tuple[Ops, np.ndarray]:
    start, duration = _times(events, base)
    thread = threads.column(_thread_ids(events))
    name = names.column([e.name for e in events])
    args = [e.args or _NO_ARGS for e in events]
    sequence = np.fromiter((a.sequence for a in args), np.int64, len(args))
    forward_thread = np.fromiter((a.forward_thread for a in args), np.int64, len(args))
    order = np.lexsort((-duration, start, thread))
    start, duration, thread = start[order], duration[order], thread[order]
    ops = Ops(
        start_ns=start,
        duration_ns=duration,
        thread=thread,
        name=name[order],
        parent=find_parents(start, duration, thread),
        sequence=sequence[order],
        forward=np.full(len(start), -1, np.int32),
        backward=np.zeros(len(start), np.bool_),
    )
    return ops, forward_thread[order]


def _calls(
    events: list[_Event], base: int, names: _Interned, threads: _Interned, ops: Ops
) -> Calls:
    start, duration = _times(events, base)
    thread = threads.column(_thread_ids(events))
    return Calls(
        start_ns=start,
        duration_ns=duration,
        thread=thread,
        name=names.column([e.name for e in events]),
        correlation=np.fromiter(
            ((e.args or _NO_ARGS).correlation for e in events), np.int64, len(events)
        ),
        op=innermost_around(ops, start, thread),
    )


def _kernels(events: list[_Event], base: int, names: _Interned) -> Kernels:
    start, duration = _times(events, base)
    args = [e.args or _NO_ARGS for e in events]
    return Kernels(
        start_ns=start,
        duration_ns=duration,
        device=np.fromiter((_number(a.device) for a in args), np.int32, len(args)),
        stream=np.fromiter((_number(a.stream) for a in args), np.int32, len(args)),
        name=names.column([e.name for e in events]),
        correlation=np.fromiter((a.correlation for a in args), np.int64, len(args)),
        op=np.full(len(args), -1, np.int32),
        kind=np.fromiter((_KERNELS[e.cat or "kernel"] for e in events), np.int8, len(args)),
    )


def _number(value: int | str) -> int:
    return value if isinstance(value, int) else -1


def _annotations(
    events: list[_Event], base: int, names: _Interned, threads: _Interned
) -> Annotations:
    start, duration = _times(events, base)
    return Annotations(
        start_ns=start,
        duration_ns=duration,
        thread=threads.column(_thread_ids(events)),
        name=names.column([e.name for e in events]),
    )
