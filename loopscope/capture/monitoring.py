"""The clock core for Python 3.12 and later: ``sys.monitoring``."""

from __future__ import annotations

import sys
import threading
import time
from types import CodeType, FrameType
from typing import Any

from loopscope.capture.samples import ENTER, EVENT_SHIFT, JUMP, LEAVE, LINE, YIELD, Samples

_IDS = (3, 4, 2, 1, 0, 5)


class MonitoringCore:
    """Local line and jump events on the code objects that hold a user's loop."""

    def __init__(self) -> None:
        self.monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self.tool = -1
        self.local: list[CodeType] = []

    def start(self, samples: Samples) -> None:
        """Take a free tool id and register.

        Raises:
            RuntimeError: All tool ids are taken.
        """
        free = [k for k in _IDS if self.monitoring.get_tool(k) is None]
        if not free:
            raise RuntimeError("all six tool ids of sys.monitoring are taken")
        self.tool = free[0]
        self.monitoring.use_tool_id(self.tool, "loopscope")
        self._register(samples)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if samples.base(frame.f_code) >= 0:
                self._watch(frame.f_code)
            frame = frame.f_back
        events = self.monitoring.events
        self.monitoring.set_events(
            self.tool, events.PY_START | events.PY_RESUME | events.PY_UNWIND
        )
        self.monitoring.restart_events()

    def stop(self) -> None:
        """Give the tool id back; no code object stays instrumented."""
        self.monitoring.set_events(self.tool, 0)
        for code in self.local:
            self.monitoring.set_local_events(self.tool, code, 0)
        for event in self._events():
            self.monitoring.register_callback(self.tool, event, None)
        self.monitoring.free_tool_id(self.tool)
        self.local.clear()

    def _events(self) -> tuple[int, ...]:
        e = self.monitoring.events
        return (
            e.PY_START, e.PY_RESUME, e.PY_RETURN, e.PY_YIELD, e.PY_UNWIND, e.LINE, e.JUMP
        )  # fmt: skip

    def _watch(self, code: CodeType) -> None:
        e = self.monitoring.events
        wanted = e.PY_RETURN | e.PY_YIELD | e.LINE | e.JUMP
        self.monitoring.set_local_events(self.tool, code, wanted)
        self.local.append(code)

    def _register(self, samples: Samples) -> None:
        disable = self.monitoring.DISABLE
        bases, buffers, buffer = samples.bases, samples.buffers, samples.buffer
        get_ident, time_ns = threading.get_ident, time.time_ns
        limit = 2 * samples.settings.max_samples
        watched: set[int] = {id(code) for code in self.local}

        def write(word: int) -> None:
            out = buffers.get(get_ident())
            if out is None:
                out = buffer()
            if len(out) < limit:
                out.append(time_ns())
                out.append(word)

        def on_start(code: CodeType, offset: int) -> object:
            base = bases.get(id(code))
            if base is None:
                base = samples.base(code)
            if base < 0:
                return disable
            if id(code) not in watched:
                watched.add(id(code))
                self._watch(code)
            write(base | ENTER << EVENT_SHIFT)
            return None

        def on_return(code: CodeType, offset: int, value: object) -> object:
            write(bases[id(code)] | LEAVE << EVENT_SHIFT)
            return None

        def on_yield(code: CodeType, offset: int, value: object) -> object:
            write(bases[id(code)] | YIELD << EVENT_SHIFT)
            return None

        def on_unwind(code: CodeType, offset: int, error: BaseException) -> object:
            base = bases.get(id(code), -1)
            if base >= 0:
                write(base | LEAVE << EVENT_SHIFT)
            return None

        def on_line(code: CodeType, line: int) -> object:
            out = buffers.get(get_ident())
            if out is None:
                out = buffer()
            if len(out) < limit:
                out.append(time_ns())
                out.append(bases[id(code)] | LINE << EVENT_SHIFT | line)
            return None

        def on_jump(code: CodeType, offset: int, destination: int) -> object:
            if destination > offset:
                return disable
            out = buffers.get(get_ident())
            if out is None:
                out = buffer()
            if len(out) < limit:
                out.append(time_ns())
                out.append(bases[id(code)] | JUMP << EVENT_SHIFT | destination)
            return None

        callbacks = (on_start, on_start, on_return, on_yield, on_unwind, on_line, on_jump)
        for event, callback in zip(self._events(), callbacks, strict=True):
            self.monitoring.register_callback(self.tool, event, callback)
