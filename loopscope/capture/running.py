"""Frames that are running already when a window begins."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import NamedTuple

from loopscope.capture.samples import Samples, Watched
from loopscope.capture.writer import BEGIN, ENTER, PLACE_MASK, Writer

GENERATORS = 0x20 | 0x80 | 0x200  # co_flags of generators, coroutines, asynchronous generators


def frame_number(frame: FrameType) -> int:
    """Return a number that tells the frames of one generator function apart; 0 for others."""
    return id(frame) >> 4 & PLACE_MASK if frame.f_code.co_flags & GENERATORS else 0


class RunningThread(NamedTuple):
    """A thread by its identifier and its native one, and its innermost frame."""

    ident: int
    native_id: int
    frame: FrameType


def threads_running() -> list[RunningThread]:
    """Return every thread that Python knows."""
    native_ids = {thread.ident: thread.native_id for thread in threading.enumerate()}
    native_ids[threading.get_ident()] = threading.get_native_id()
    return [
        RunningThread(ident, native_id, frame)
        for ident, frame in sys._current_frames().items()
        if (native_id := native_ids.get(ident)) is not None
    ]


def watched_frames(samples: Samples, innermost: FrameType) -> list[tuple[FrameType, Watched]]:
    """Return the frames of interest on a stack, the innermost last."""
    found = []
    frame: FrameType | None = innermost
    while frame is not None:
        watched = samples.look(frame.f_code)
        if watched is not None:
            found.append((frame, watched))
        frame = frame.f_back
    return found[::-1]


def note_running(writer: Writer, frames: list[tuple[FrameType, Watched]]) -> None:
    """Write down where the frames of a stack are; their loops have begun before the window."""
    for frame, watched in frames:
        if watched.table.loops:
            writer.note(watched.base | ENTER | frame_number(frame))
            for loop in watched.table.chain(frame.f_lasti):
                writer.note(watched.base | BEGIN | loop)
