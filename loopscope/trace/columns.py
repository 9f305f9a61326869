"""Turn decoded events into a trace's columns, a part of the file at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from loopscope.model.trace import Annotations, Calls, Int32s, Int64s, Kernels, Ops, Trace
from loopscope.trace.events import Event
from loopscope.trace.links import link_backward, link_calls, link_kernels
from loopscope.trace.nesting import find_parents

_KERNELS = {
    "kernel": 0, "Kernel": 0, "gpu_memcpy": 1, "Memcpy": 1, "gpu_memset": 2, "Memset": 2,
}  # fmt: skip
_KIND_OF = {
    **dict.fromkeys(("cpu_op", "Operator"), "ops"),
    "user_annotation": "annotations",
    **dict.fromkeys(
        ("cuda_runtime", "cuda_driver", "Runtime", "xpu_runtime", "privateuse1_runtime"), "calls"
    ),
    **dict.fromkeys(_KERNELS, "kernels"),
}
# Of each kind of event: the fields of its ``args`` that are kept.
_OWN: dict[str, tuple[str, ...]] = {
    "ops": ("sequence", "forward_thread", "external_id"),
    "annotations": (),
    "calls": ("correlation",),
    "kernels": ("device", "stream", "correlation", "external_id"),
}
_ENGINE = "autograd::engine::evaluate"

Table = dict[str, Int64s]
Key = TypeVar("Key")


class Columns:
    """Columns that grow; names and threads are numbered over all of them."""

    def __init__(self) -> None:
        self.num_events = 0
        self._names: dict[str, int] = {}
        self._threads: dict[int, int] = {}
        self._parts: dict[str, list[Table]] = {kind: [] for kind in _OWN}

    def add(self, events: list[Event]) -> None:
        """Sort events by what they are, and keep their columns."""
        self.num_events += len(events)
        found: dict[str, list[Event]] = {kind: [] for kind in _OWN}
        list_for = {cat: found[kind] for cat, kind in _KIND_OF.items()}.get
        for event in events:
            row = list_for(event.cat)
            if row is not None and event.ph == "X":
                row.append(event)
        for kind, rows in found.items():
            self._parts[kind].append(self._table(kind, rows))

    def finish(self, path: str, base_time_ns: int, notes: tuple[str, ...]) -> Trace:
        """Join the parts, find what lies in what and what came from what. Call it once."""
        tables = {kind: _joined(parts, base_time_ns) for kind, parts in self._parts.items()}
        self._parts.clear()
        names = np.array([name.startswith(_ENGINE) for name in self._names] or [False])
        ops, external = _ops(tables["ops"], names)
        calls = link_calls(_calls(tables["calls"]), ops)
        kernels = _kernels(tables["kernels"])
        return Trace(
            path=path,
            threads=tuple(self._threads),
            names=tuple(self._names),
            ops=ops,
            calls=calls,
            kernels=link_kernels(kernels, tables["kernels"]["external_id"], calls, external),
            annotations=_annotations(tables["annotations"]),
            base_time_ns=base_time_ns,
            num_events=self.num_events,
            notes=notes,
        )

    def _table(self, kind: str, events: list[Event]) -> Table:
        names = list(map(attrgetter("name"), events))
        table: Table = {
            "start": _nanoseconds(events, "ts"),
            "duration": np.maximum(_nanoseconds(events, "dur"), 0),
            "name": _numbers(_numbered(names, self._names), names),
            **{field: _int64s(events, f"args.{field}") for field in _OWN[kind]},
        }
        if kind == "kernels":
            table["kind"] = _numbers(_KERNELS, list(map(attrgetter("cat"), events)))
        else:
            tids = list(map(attrgetter("tid"), events))
            known = {tid: _thread_number(tid) for tid in dict.fromkeys(tids)}
            index = _numbered(known.values(), self._threads)
            table["thread"] = _numbers({tid: index[n] for tid, n in known.items()}, tids)
        return table


def _joined(parts: list[Table], base_time_ns: int) -> Table:
    table = {name: np.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}
    table["start"] += base_time_ns
    return table


def _ops(table: Table, engine_names: npt.NDArray[np.bool_]) -> tuple[Ops, Int64s]:
    table = _sorted(table)
    start, duration, name = table["start"], table["duration"], table["name"].astype(np.int32)
    thread, sequence = table["thread"].astype(np.int32), table["sequence"]
    parent = find_parents(start, duration, thread)
    forward, backward = link_backward(
        start, thread, parent, sequence, table["forward_thread"], engine_names[name]
    )
    ops = Ops(start, duration, thread, name, parent, sequence, forward, backward)
    return ops, table["external_id"]


def _calls(table: Table) -> Calls:
    return Calls(
        start_ns=table["start"],
        duration_ns=table["duration"],
        thread=table["thread"].astype(np.int32),
        name=table["name"].astype(np.int32),
        correlation=table["correlation"],
        op=_none(len(table["start"])),
    )


def _kernels(table: Table) -> Kernels:
    return Kernels(
        start_ns=table["start"],
        duration_ns=table["duration"],
        device=table["device"].astype(np.int32),
        stream=table["stream"].astype(np.int32),
        name=table["name"].astype(np.int32),
        correlation=table["correlation"],
        op=_none(len(table["start"])),
        kind=table["kind"].astype(np.int8),
    )


def _annotations(table: Table) -> Annotations:
    table = _sorted(table)
    thread, name = table["thread"].astype(np.int32), table["name"].astype(np.int32)
    return Annotations(table["start"], table["duration"], thread, name)


def _sorted(table: Table) -> Table:
    """By thread, then start, then longest first."""
    order = np.lexsort((-table["duration"], table["start"], table["thread"]))
    return {name: table.pop(name)[order] for name in list(table)}


def _numbered(values: Iterable[Key], index: dict[Key, int]) -> dict[Key, int]:
    for value in dict.fromkeys(values):
        index.setdefault(value, len(index))
    return index


def _thread_number(tid: int | str) -> int:
    if isinstance(tid, int):
        return tid
    return int(tid) if tid.lstrip("-").isdigit() else -1


# Mapped getters and lookups stay in C: over a million events, that halves the time.
def _int64s(events: list[Event], field: str) -> Int64s:
    return np.fromiter(map(attrgetter(field), events), np.int64, len(events))


def _nanoseconds(events: list[Event], field: str) -> Int64s:
    microseconds = np.fromiter(map(attrgetter(field), events), np.float64, len(events))
    return np.rint(microseconds * 1000).astype(np.int64)


def _numbers(index: Mapping[Key, int], keys: list[Key]) -> Int64s:
    return np.fromiter(map(index.__getitem__, keys), np.int64, len(keys))


def _none(length: int) -> Int32s:
    return np.full(length, -1, np.int32)
