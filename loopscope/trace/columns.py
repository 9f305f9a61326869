"""Turn decoded events into a trace's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TypeVar

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
Key = TypeVar("Key", str, int | str)


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
        sequence = _int64s(events, "args.sequence")[order]
        forward_thread = _int64s(events, "args.forward_thread")[order]
        external = _int64s(events, "args.external_id")[order]
        parent = find_parents(start, duration, thread)
        name = name[order]
        engine = self._rows_named(name, lambda n: n.startswith("autograd::engine::evaluate"))
        forward, backward = link_backward(start, thread, parent, sequence, forward_thread, engine)
        table = Ops(start, duration, thread, name, parent, sequence, forward, backward)
        return table, external

    def calls(self, events: list[Event]) -> Calls:
        start, duration, thread, name = self._common(events)
        correlation = _int64s(events, "args.correlation")
        return Calls(start, duration, thread, name, correlation, _none(len(events)))

    def kernels(self, events: list[Event]) -> tuple[Kernels, Int64s]:
        start, duration = self._times(events)
        table = Kernels(
            start_ns=start,
            duration_ns=duration,
            device=_int64s(events, "args.device").astype(np.int32),
            stream=_int64s(events, "args.stream").astype(np.int32),
            name=self._names(events),
            correlation=_int64s(events, "args.correlation"),
            op=_none(len(events)),
            kind=np.array([_KINDS[event.cat] for event in events], np.int8),
        )
        return table, _int64s(events, "args.external_id")

    def annotations(self, events: list[Event]) -> Annotations:
        start, duration, thread, name = self._common(events)
        order = np.lexsort((-duration, start, thread))
        return Annotations(start[order], duration[order], thread[order], name[order])

    def _common(self, events: list[Event]) -> tuple[Int64s, Int64s, Int32s, Int32s]:
        start, duration = self._times(events)
        threads = list(map(attrgetter("tid"), events))
        index = self.thread_index
        known = {
            tid: index.setdefault(tid if isinstance(tid, int) else _thread_number(tid), len(index))
            for tid in dict.fromkeys(threads)
        }
        return start, duration, _looked_up(known, threads), self._names(events)

    def _times(self, events: list[Event]) -> tuple[Int64s, Int64s]:
        start, duration = _float64s(events, "ts"), _float64s(events, "dur")
        start_ns = np.rint(start * 1000).astype(np.int64) + self.base_time_ns
        return start_ns, np.maximum(np.rint(duration * 1000).astype(np.int64), 0)

    def _names(self, events: list[Event]) -> Int32s:
        names = list(map(attrgetter("name"), events))
        index = self.name_index
        for name in dict.fromkeys(names):
            index.setdefault(name, len(index))
        return _looked_up(index, names)

    def _rows_named(self, name: Int32s, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        table = np.array([wanted(text) for text in self.name_index], np.bool_)
        return table[name] if len(name) else np.zeros(0, np.bool_)


def _thread_number(tid: str) -> int:
    return int(tid) if tid.lstrip("-").isdigit() else -1


# Mapped getters and lookups stay in C: over a million events, that halves the time.
def _int64s(events: list[Event], field: str) -> Int64s:
    return np.fromiter(map(attrgetter(field), events), np.int64, len(events))


def _float64s(events: list[Event], field: str) -> npt.NDArray[np.float64]:
    return np.fromiter(map(attrgetter(field), events), np.float64, len(events))


def _looked_up(index: Mapping[Key, int], keys: list[Key]) -> Int32s:
    return np.fromiter(map(index.__getitem__, keys), np.int32, len(keys))


def _none(length: int) -> Int32s:
    return np.full(length, -1, np.int32)
