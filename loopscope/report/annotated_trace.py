"""The exported trace with a track of hotspots on top."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PID = 5_000_000  # above any Linux pid
CATEGORY = "loopscope"  # torch-tb-profiler ignores it, so its totals stay


@dataclass(frozen=True, slots=True)
class HotSlice:
    """One entry of a hot loop. ``lane`` is its nesting level; ``args`` are shown on a click."""

    name: str
    start_ns: int
    end_ns: int
    lane: int
    args: Mapping[str, str | int]


def annotate_trace(
    source: Path, target: Path, slices: Sequence[HotSlice], *, base_time_ns: int
) -> None:
    """Write ``source`` to ``target`` with a ``LoopScope`` process for ``slices``.

    The file is spliced, not parsed. ``traceEvents`` stays the last key with nothing after its
    ``]``: viewers with GPU kernels splice before the last one. ``target`` appears when whole.
    """
    packed = source.suffix == ".gz"
    data = source.read_bytes()
    text = gzip.decompress(data) if packed else data
    end = text.rindex(b"]", 0, _after_events(text))
    events = b",\n".join(_encode(e) for e in _events(slices, base_time_ns))
    comma = b",\n" if text[:end].rstrip()[-1:] not in (b"[", b",") else b"\n"
    tail = b"\n]}" if text.lstrip()[:1] == b"{" else b"\n]"
    whole = text[:end].rstrip() + comma + events + tail
    partial = target.with_name(f".{target.name}.partial")
    partial.write_bytes(gzip.compress(whole) if packed else whole)
    os.replace(partial, target)


def _after_events(text: bytes) -> int:
    """Where ``traceEvents`` ends: its keys after it hold no list, or the file ends there."""
    key = text.rfind(b'"traceName"')
    return key if key > text.rfind(b'"ph"') else len(text)


def _encode(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, allow_nan=False).encode()


def _events(slices: Sequence[HotSlice], base_ns: int) -> Iterator[dict[str, object]]:
    yield _metadata("process_name", 0, {"name": "LoopScope"})
    yield _metadata("process_sort_index", 0, {"sort_index": -1})
    for lane in sorted({s.lane for s in slices}):
        name = "hot loops" if lane == 0 else f"hot loops, level {lane + 1}"
        yield _metadata("thread_name", lane, {"name": name})
    for s in without_overlap(slices):
        yield {
            "ph": "X",
            "cat": CATEGORY,
            "name": s.name,
            "pid": PID,
            "tid": s.lane,
            "ts": (s.start_ns - base_ns) / 1e3,
            "dur": (s.end_ns - s.start_ns) / 1e3,
            "args": dict(s.args),
        }


def _metadata(name: str, tid: int, args: dict[str, object]) -> dict[str, object]:
    return {"ph": "M", "name": name, "pid": PID, "tid": tid, "ts": 0, "args": args}


def without_overlap(slices: Sequence[HotSlice]) -> list[HotSlice]:
    """Drop slices that overlap an earlier one of their lane: Perfetto drops those unasked.

    Loops of several threads share lanes, and can run side by side.
    """
    kept, free_ns = [], dict[int, int]()
    for s in sorted(slices, key=lambda s: (s.start_ns, -s.end_ns)):
        if s.start_ns >= free_ns.get(s.lane, s.start_ns):
            kept.append(s)
            free_ns[s.lane] = s.end_ns
    return kept
