"""The clock core for Python 3.10 and 3.11: ``sys.settrace``, local to frames that hold a loop."""

from __future__ import annotations

import dis
import sys
import threading
import time
from types import FrameType
from typing import Any

from loopscope.capture.samples import AT, ENTER, EVENT_SHIFT, LEAVE, YIELD, Samples

_YIELD = dis.opmap["YIELD_VALUE"]


class SettraceCore:
    """Line events with the instruction at which each line begins."""

    def __init__(self) -> None:
        self.frames: list[FrameType] = []
        self.running = False

    def start(self, samples: Samples) -> None:
        """Trace this thread and those that start from now on.

        Raises:
            RuntimeError: A debugger or a coverage tool traces this thread already.
        """
        owner = sys.gettrace()
        if owner is not None:
            raise RuntimeError(f"sys.settrace belongs to {_name(owner)}")
        self.running = True
        trace = self._tracer(samples)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if samples.base(frame.f_code) >= 0:
                frame.f_trace = trace(frame, "resume", None)
                self.frames.append(frame)
            frame = frame.f_back
        self._threading = getattr(threading, "_trace_hook", None)
        threading.settrace(trace)
        sys.settrace(trace)

    def stop(self) -> None:
        """Stop tracing; frames that are still running lose their trace function."""
        self.running = False
        sys.settrace(None)
        threading.settrace(self._threading)
        for frame in self.frames:
            frame.f_trace = None
        self.frames.clear()

    def _tracer(self, samples: Samples) -> Any:  # noqa: ANN401 (the interpreter's trace protocol)
        bases, time_ns = samples.bases, time.time_ns
        limit = 2 * samples.settings.max_samples
        local = threading.local()

        def lines() -> Any:  # noqa: ANN401 (the interpreter's trace protocol)
            """Make this thread's local trace function, with its buffer bound."""
            buffer = samples.buffer()
            append = buffer.append

            def trace_lines(frame: FrameType, event: str, arg: object) -> Any:  # noqa: ANN401
                if not self.running:
                    return None
                if event == "line":
                    if len(buffer) < limit:
                        append(time_ns())
                        append(bases[id(frame.f_code)] | AT << EVENT_SHIFT | frame.f_lasti)
                elif event == "return":
                    code = frame.f_code
                    suspended = code.co_flags & 0x2A0 and code.co_code[frame.f_lasti] == _YIELD
                    append(time_ns())
                    append(bases[id(code)] | (YIELD if suspended else LEAVE) << EVENT_SHIFT)
                return trace_lines

            return trace_lines

        def trace_calls(frame: FrameType, event: str, arg: object) -> Any:  # noqa: ANN401
            base = bases.get(id(frame.f_code))
            if base is None:
                base = samples.base(frame.f_code)
            if base < 0 or not self.running:
                return None
            found = getattr(local, "lines", None)
            if found is None:
                found = local.lines = lines()
            if event == "call":
                buffer = samples.buffer()
                buffer.append(time_ns())
                buffer.append(base | ENTER << EVENT_SHIFT)
            return found

        return trace_calls


def _name(owner: object) -> str:
    module = getattr(owner, "__module__", None) or type(owner).__module__
    return f"{module}.{getattr(owner, '__qualname__', type(owner).__qualname__)}"
