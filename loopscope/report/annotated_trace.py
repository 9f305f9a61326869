"""The exported trace with a track of hotspots on top."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from loopscope.errors import LoopscopeError
from loopscope.model.track import Track

PID = 5_000_000  # above any Linux pid
CATEGORY = "loopscope"  # torch-tb-profiler ignores it, so its totals stay
MADE_BY_US = b'"cat": "loopscope"'
CHUNK = 1 << 20
TAIL = 1 << 16  # what stands after the events is a few hundred bytes
MAX_TEXT = 4_000  # viewers show an argument on one line


def annotate_trace(source: Path, target: Path, track: Track) -> None:
    """Write ``source`` to ``target`` with a ``LoopScope`` process for the track.

    The file is copied piece by piece, never parsed as a whole. ``traceEvents`` stays the last key
    with no ``]`` after its own: viewers with GPU kernels splice before the last one. ``target``
    appears when it is whole; a trace that has its track already keeps it.

    Raises:
        LoopscopeError: ``source`` does not end as a trace does.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        with _open(source, "rb") as read, _open(partial, "wb", like=target) as write:
            tail = _copy_head(read, write)
            events, rest = _split(tail, source)
            write.write(events)
            comma = b",\n" if not events.endswith(b"[") else b"\n"
            for event in () if MADE_BY_US in events else _events(track):
                write.write(comma + _encode(event))
                comma = b",\n"
            write.write(b"\n]" + rest)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _open(path: Path, mode: str, *, like: Path | None = None) -> BinaryIO:
    if (like or path).suffix == ".gz":
        return cast(BinaryIO, gzip.open(path, mode, compresslevel=6))
    return cast(BinaryIO, path.open(mode))


def _copy_head(read: BinaryIO, write: BinaryIO) -> bytes:
    """Copy all but the end; return the end."""
    held = b""
    while chunk := read.read(CHUNK):
        held += chunk
        write.write(held[:-TAIL])
        held = held[-TAIL:]
    return held


def _split(tail: bytes, source: Path) -> tuple[bytes, bytes]:
    """Return the end up to the last event, and what must stand after the list."""
    for bracket in reversed([found.start() for found in re.finditer(rb"\]", tail)]):
        events, after = tail[:bracket].rstrip(), tail[bracket + 1 :].strip()
        if events[-1:] not in (b"}", b"["):
            continue
        if not after:
            return events, b"\n"
        try:
            rest = json.loads(b'{"traceEvents": []' + after)
        except ValueError:
            continue
        return events, _without_lists(rest)
    raise LoopscopeError(
        f"{source} does not end as a trace does. Export it again.", slug="trace-unreadable"
    )


def _without_lists(rest: Mapping[str, object]) -> bytes:
    kept = {key: value for key, value in rest.items() if key not in ("traceEvents", "traceName")}
    parts = [f", {json.dumps(key)}: {json.dumps(value)}" for key, value in kept.items()]
    return "".join(part for part in parts if "]" not in part).encode() + b"}\n"


def _encode(event: Mapping[str, object]) -> bytes:
    return json.dumps(event, allow_nan=False).encode()


def _events(track: Track) -> Iterator[dict[str, object]]:
    yield _metadata("process_name", 0, {"name": "LoopScope"})
    yield _metadata("process_labels", 0, {"labels": "hot loops"})
    yield _metadata("process_sort_index", 0, {"sort_index": -1})
    for lane, name in enumerate(track.lanes):
        yield _metadata("thread_name", lane, {"name": name})
        yield _metadata("thread_sort_index", lane, {"sort_index": lane})
    for one in track.slices:
        args = {key: _shortened(value) for key, value in one.args.items()}
        yield _event("X", one.name, one.lane, one.start_ns, track) | {
            "dur": (one.end_ns - one.start_ns) / 1e3,
            "cname": one.color,
            "args": args,
        }
    for mark in track.marks:
        yield _event("i", mark.name, mark.lane, mark.time_ns, track) | {"s": "t"}
    for number, arrow in enumerate(track.arrows, PID):
        ends = {"id": number, "bp": "e"}
        yield _event("s", arrow.name, arrow.start_lane, arrow.start_ns, track) | {"id": number}
        yield _event("f", arrow.name, arrow.end_lane, arrow.end_ns, track) | ends


def _event(phase: str, name: str, lane: int, time_ns: int, track: Track) -> dict[str, object]:
    return {
        "ph": phase,
        "cat": CATEGORY,
        "name": name,
        "pid": PID,
        "tid": lane,
        "ts": (time_ns - track.base_time_ns) / 1e3,
    }


def _metadata(name: str, tid: int, args: dict[str, object]) -> dict[str, object]:
    return {"ph": "M", "name": name, "pid": PID, "tid": tid, "ts": 0, "args": args}


def _shortened(value: str | int) -> str | int:
    return value if isinstance(value, int) or len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…"
