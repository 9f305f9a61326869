"""Share ``sys.settrace`` with a trace function that is there already."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType, FunctionType, MethodType
from typing import Any

Trace = Callable[[FrameType, Any, Any], Any]

_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd", "debugpy", "IPython")


def is_shareable(owner: object) -> bool:
    """Return whether a trace function can be called from ours and still do its work.

    One in C, such as coverage.py's, puts itself in our place at the first call. A debugger looks
    at who called it, and steps by setting trace functions of frames.
    """
    if not isinstance(owner, FunctionType | MethodType):
        return False
    kinds = type(getattr(owner, "__self__", None)).__mro__
    modules = {owner.__module__ or "", *(kind.__module__ for kind in kinds)}
    return not any(module.split(".")[0].startswith(_DEBUGGERS) for module in modules)


def share(theirs: Trace | None, ours: Trace) -> Trace:
    """Return a function for ``sys.settrace`` that calls theirs, then ours."""
    if theirs is None:
        return ours

    def trace_calls(frame: FrameType, event: str, arg: object) -> Trace | None:
        their_lines: Trace | None = theirs(frame, event, arg)
        our_lines = ours(frame, event, arg)
        return their_lines if our_lines is None else share_frame(frame, their_lines, our_lines)

    return trace_calls


def share_frame(frame: FrameType, theirs: Trace | None, ours: Trace | None) -> Trace | None:
    """Return a local trace function for a frame that calls theirs, then ours."""
    if theirs is None or ours is None:
        return theirs or ours
    shared = SharedLines(theirs, ours, wants_lines=frame.f_trace_lines)
    frame.f_trace_lines = True
    return shared


def unshared(lines: Trace | None) -> Trace | None:
    """Return what their local trace function of a frame is now."""
    return lines.theirs if isinstance(lines, SharedLines) else None


class SharedLines:
    """A local trace function of two owners. They may change theirs as if ours were not there."""

    def __init__(self, theirs: Trace, ours: Trace, *, wants_lines: bool) -> None:
        self.theirs: Trace | None = theirs
        self.ours = ours
        self.wants_lines = wants_lines

    def __call__(self, frame: FrameType, event: str, arg: object) -> Trace:
        """Pass an event to both."""
        if self.theirs is not None and (event != "line" or self.wants_lines):
            self._call_theirs(self.theirs, frame, event, arg)
        if event != "opcode":
            self.ours(frame, event, arg)
        return self

    def _call_theirs(self, theirs: Trace, frame: FrameType, event: str, arg: object) -> None:
        following = theirs(frame, event, arg)
        if following is not None:
            self.theirs = following
        elif frame.f_trace is not self:
            self.theirs = frame.f_trace
        if not frame.f_trace_lines:
            self.wants_lines, frame.f_trace_lines = False, True
