"""Decode a trace some megabytes at a time, so that its events never lie in memory all at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from loopscope.trace.events import Event, TraceFile

SIZE = 4 << 20
MAX_BRACKETS = 16  # of keys that follow the events, and of the last event
_EVENTS = msgspec.json.Decoder(list[Event])
_OUTER = msgspec.json.Decoder(TraceFile)
_BETWEEN = re.compile(rb"\}\s*,\s*\{")


def decode_parts(raw: bytes, take: Callable[[list[Event]], object], *, size: int = SIZE) -> int:
    """Hand the events to ``take``, part by part; return what their times are relative to.

    A part ends where one object follows another. Where that was in the midst of an event, the part
    is no JSON, and the file has to be decoded as a whole.

    Raises:
        msgspec.DecodeError: The text is not as the profiler writes it.
    """
    start = _first_event(raw)
    head = raw[:start]
    while cut := _BETWEEN.search(raw, start + size):
        take(_EVENTS.decode(b"[%b]" % raw[start : cut.start() + 1]))
        start = cut.end() - 1
    end = len(raw)
    for _ in range(MAX_BRACKETS):
        end = raw.rfind(b"]", start, end)
        if end < 0:
            break
        try:
            events = _EVENTS.decode(b"[%b]" % raw[start:end])
            base_time_ns = _base_time_ns(head + raw[end:])
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            continue  # a bracket of a later key
        take(events)
        return base_time_ns
    raise msgspec.DecodeError("the events have no end")


def _first_event(raw: bytes) -> int:
    if raw[:64].lstrip()[:1] == b"[":
        return raw.index(b"[") + 1
    key = raw.find(b'"traceEvents"')
    opening = raw.find(b"[", key)
    if key < 0 or opening < 0:
        raise msgspec.ValidationError("no traceEvents")
    return opening + 1


def _base_time_ns(outer: bytes) -> int:
    """Of the file without its events."""
    if outer[:64].lstrip()[:1] == b"[":
        _EVENTS.decode(outer)  # nothing may follow
        return 0
    return _OUTER.decode(outer).base_time_ns
