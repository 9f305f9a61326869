"""Turn decoded events into a trace's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from loopscope.model.trace import Annotations, Calls, Int32s, Int64s, Kernels, Ops, Trace
from loopscope.trace.events import Event, TraceFile
from loopscope.trace.links import link_backward, link_calls, link_kernels
from loopscope.trace.nesting import find_parents

_OPS = {"cpu_op", "Operator"}
_ANNOTATIONS = {"user_annotation"}
_CALLS = {"cuda_runtime", "cuda_driver", "Runtime", "xpu_runtime", "privateuse1_runtime"}
_KINDS = {
    "kernel": 0, "Kernel": 0, "gpu_memcpy": 1, "Memcpy": 1, "gpu_memset": 2, "Memset": 2,
}  # fmt: skip


def make_trace(path: str, file: TraceFile, notes: tuple[str, ...]) -> Trace:
    """Sort events by what they are, and link them."""
    ops: list[Event] = []
    annotations: list[Event] = []
    calls: list[Event] = []
    kernels: list[Event] = []
    rows: dict[str, list[Event]] = {
        **dict.fromkeys(_OPS, ops),
        **dict.fromkeys(_ANNOTATIONS, annotations),
        **dict.fromkeys(_CALLS, calls),
        **dict.fromkeys(_KINDS, kernels),
    }
    list_for = rows.get
    for event in file.events:
        found = list_for(event.cat)
        if found is not None and event.ph == "X":
            found.append(event)
    columns = _Columns(file.base_time_ns)
    op_table, external = columns.ops(ops)
    call_table = link_calls(columns.calls(calls), op_table)
    kernel_table = link_kernels(*columns.kernels(kernels), call_table, external)
    annotation_table = columns.annotations(annotations)
    return Trace(
        path=path,
        threads=tuple(columns.thread_index),
        names=tuple(columns.name_index),
        ops=op_table,
        calls=call_table,
        kernels=kernel_table,
        annotations=annotation_table,
        base_time_ns=file.base_time_ns,
        num_events=len(file.events),
        notes=notes,
    )


class _Columns:
    """Columns that share one table of names and one of threads."""

    def __init__(self, base_time_ns: int) -> None:
        self.base_time_ns = base_time_ns
        self.name_index: dict[str, int] = {}
        self.thread_index: dict[int, int] = {}

    def ops(self, events: list[Event]) -> tuple[Ops, Int64s]:
        start, duration, thread, name = self._common(events)
        order = np.lexsort((-duration, start, thread))
        start, duration, thread = start[order], duration[order], thread[order]
        args = [event.args for event in events]
        sequence = _int64s([a.sequence for a in args])[order]
        forward_thread = _int64s([a.forward_thread for a in args])[order]
        external = _int64s([a.external_id for a in args])[order]
        parent = find_parents(start, duration, thread)
        name = name[order]
        engine = self._rows_named(name, lambda n: n.startswith("autograd::engine::evaluate"))
        forward, backward = link_backward(start, thread, parent, sequence, forward_thread, engine)
        table = Ops(start, duration, thread, name, parent, sequence, forward, backward)
        return table, external

    def calls(self, events: list[Event]) -> Calls:
        start, duration, thread, name = self._common(events)
        correlation = _int64s([event.args.correlation for event in events])
        return Calls(start, duration, thread, name, correlation, _none(len(events)))

    def kernels(self, events: list[Event]) -> tuple[Kernels, Int64s]:
        start, duration = self._times(events)
        table = Kernels(
            start_ns=start,
            duration_ns=duration,
            device=_int32s([event.args.device for event in events]),
            stream=_int32s([event.args.stream for event in events]),
            name=self._names(events),
            correlation=_int64s([event.args.correlation for event in events]),
            op=_none(len(events)),
            kind=np.array([_KINDS[event.cat] for event in events], np.int8),
        )
        return table, _int64s([event.args.external_id for event in events])

    def annotations(self, events: list[Event]) -> Annotations:
        start, duration, thread, name = self._common(events)
        order = np.lexsort((-duration, start, thread))
        return Annotations(start[order], duration[order], thread[order], name[order])

    def _common(self, events: list[Event]) -> tuple[Int64s, Int64s, Int32s, Int32s]:
        start, duration = self._times(events)
        index = self.thread_index
        threads = [
            index.setdefault(tid if isinstance(tid, int) else _thread_number(tid), len(index))
            for tid in [event.tid for event in events]
        ]
        return start, duration, _int32s(threads), self._names(events)

    def _times(self, events: list[Event]) -> tuple[Int64s, Int64s]:
        start = np.array([event.ts for event in events], np.float64)
        duration = np.array([event.dur for event in events], np.float64)
        start_ns = np.rint(start * 1000).astype(np.int64) + self.base_time_ns
        return start_ns, np.maximum(np.rint(duration * 1000).astype(np.int64), 0)

    def _names(self, events: list[Event]) -> Int32s:
        index = self.name_index
        return _int32s([index.setdefault(event.name, len(index)) for event in events])

    def _rows_named(self, name: Int32s, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        table = np.array([wanted(text) for text in self.name_index], np.bool_)
        return table[name] if len(name) else np.zeros(0, np.bool_)


def _thread_number(tid: str) -> int:
    return int(tid) if tid.lstrip("-").isdigit() else -1


def _int64s(values: Sequence[int]) -> Int64s:
    return np.array(values, np.int64)


def _int32s(values: Sequence[int]) -> Int32s:
    return np.array(values, np.int32)


def _none(length: int) -> Int32s:
    return np.full(length, -1, np.int32)
