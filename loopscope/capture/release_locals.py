"""Let go of the user's variables that the interpreter keeps for tools that looked at a frame."""

from __future__ import annotations

import sys
from types import FrameType

from loopscope.capture.running import watched_frames
from loopscope.capture.samples import Samples

_KEEPS_COPIES = sys.version_info < (3, 13)  # since then f_locals is a view
_OPTIMIZED = 0x1  # co_flags of functions: elsewhere f_locals is the namespace itself
_OURS_ALONE = 3  # references: the frame's, our variable, the argument of getrefcount


def release_locals(samples: Samples) -> None:
    """Empty the copies of local variables in the frames that still run on this thread.

    Until 3.12 a frame whose variables a tracer or a snapshot could see keeps a copy of them until
    it returns, so that ``del batch`` after the window would free no memory. A copy that the
    program has from ``locals()`` is left as it is, as are all where a tracer goes on: it may be
    running right now, and writes the copy back.
    """
    if not _KEEPS_COPIES or sys.gettrace() is not None:
        return
    for frame, _ in watched_frames(samples, sys._getframe(1)):
        _release(frame)


def _release(frame: FrameType) -> None:
    if not frame.f_code.co_flags & _OPTIMIZED:
        return
    copy = frame.f_locals
    if sys.getrefcount(copy) <= _OURS_ALONE:
        copy.clear()
