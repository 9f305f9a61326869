"""The part of Chrome's trace format that we look at."""

from __future__ import annotations

import re
from typing import Any

import msgspec


class Args(msgspec.Struct, gc=False, frozen=True):
    """What the profiler says about an event."""

    external_id: int = msgspec.field(default=-1, name="External id")
    sequence: int = msgspec.field(default=-1, name="Sequence number")
    forward_thread: int = msgspec.field(default=0, name="Fwd thread id")
    correlation: int = -1
    stream: int = -1
    device: int = -1


NO_ARGS = Args()


class Event(msgspec.Struct, gc=False):
    """One event; ``ts`` and ``dur`` are microseconds."""

    ph: str = ""
    cat: str = ""
    name: str = ""
    tid: int | str = 0
    ts: float = 0.0
    dur: float = 0.0
    args: Args = NO_ARGS


class TraceFile(msgspec.Struct):
    """The file's outer object."""

    events: list[Event] = msgspec.field(name="traceEvents")
    base_time_ns: int = msgspec.field(default=0, name="baseTimeNanoseconds")


_OBJECT = msgspec.json.Decoder(TraceFile)
_LIST = msgspec.json.Decoder(list[Event])
_NOT_A_NUMBER = re.compile(rb"(:\s*|,\s*|\[\s*)-?(?:nan|NaN|inf|Infinity)(?=\s*[,}\]])")


def decode_events(raw: bytes) -> tuple[TraceFile, tuple[str, ...]]:
    """Decode a trace, and say what had to be repaired.

    Raises:
        msgspec.DecodeError: The text is not JSON.
        msgspec.ValidationError: It is JSON, but no trace.
    """
    try:
        return _decode_strictly(raw), ()
    except msgspec.ValidationError:
        return _decode_leniently(raw), ()
    except msgspec.DecodeError:
        repaired, notes = _repair(raw)
        if not notes:
            raise
        return _decode_leniently(repaired), notes


def _decode_strictly(raw: bytes) -> TraceFile:
    if raw[:64].lstrip()[:1] == b"[":
        return TraceFile(_LIST.decode(raw))
    return _OBJECT.decode(raw)


def _decode_leniently(raw: bytes) -> TraceFile:
    """Drop events that are not shaped as the profiler writes them."""
    document: Any = msgspec.json.decode(raw)
    if isinstance(document, list):
        document = {"traceEvents": document}
    if not isinstance(document, dict) or not isinstance(document.get("traceEvents"), list):
        raise msgspec.ValidationError("no traceEvents")
    base = document.get("baseTimeNanoseconds", 0)
    events = []
    for event in document["traceEvents"]:
        try:
            events.append(msgspec.convert(event, Event, strict=False))
        except msgspec.ValidationError:
            if isinstance(event, dict) and event.get("ph") == "X":
                events.extend(_without_args(event))
    return TraceFile(events, base if isinstance(base, int) else 0)


def _without_args(event: dict[str, Any]) -> list[Event]:
    bare = {key: event[key] for key in ("ph", "cat", "name", "tid", "ts", "dur") if key in event}
    try:
        return [msgspec.convert(bare, Event, strict=False)]
    except msgspec.ValidationError:
        return []


def _repair(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    text, replaced = _NOT_A_NUMBER.subn(rb"\1null", raw)
    notes: tuple[str, ...] = (f"{replaced} values were not numbers",) if replaced else ()
    if replaced and _is_json(text):
        return text, notes
    escaped = text.decode("utf-8", "replace")
    mended = re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", escaped).encode()
    if mended != text:
        notes += ("bad escapes were mended",)
        if _is_json(mended):
            return mended, notes
    opening = b"" if mended.lstrip()[:1] == b"[" else b"}"
    end = len(mended)
    for _ in range(8):  # a cut can fall inside nested args: the last whole event is a few back
        end = mended.rfind(b"}", 0, end)
        if end < 0:
            return raw, ()
        whole = mended[: end + 1] + b"]" + opening
        if _is_json(whole):
            return whole, (*notes, "the file is cut off: events past the cut are lost")
    return raw, ()


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True
