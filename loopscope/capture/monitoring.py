"""The clock core for Python 3.12 and later: ``sys.monitoring``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from threading import get_ident
from types import CodeType
from typing import Any

from loopscope.capture.event_words import ASK, EventWords
from loopscope.capture.line_timer import LineTimer
from loopscope.capture.marks import marks_of_branches
from loopscope.capture.running import (
    frame_number,
    note_running,
    threads_running,
    watched_frames,
)
from loopscope.capture.samples import Samples, Watched
from loopscope.capture.writer import ENTER, LEAVE, LINE, RAISE, RESUME, YIELD, Writer

_MONITORING: Any = getattr(sys, "monitoring", None)
_Hot = tuple[int, CodeType | None, int, Writer]
_NOWHERE = 1 << 60  # no destination and no line
_TOOL_IDS = (3, 4, 2, 1, 0, 5)


class MonitoringCore:
    """Local events on the code objects that hold a user's loop; one per iteration of a ``for``.

    Its ``FOR_ITER`` branches at every iteration and at the end, so that each line of the loop can
    be silenced when it is first seen. Other lines stay silent as well, unless they begin an
    iteration of a ``while`` or can follow a loop that is left by ``break``.
    """

    def __init__(self) -> None:
        self.tool = -1

    def start(self, samples: Samples) -> str:
        """Take a free tool id and register.

        Raises:
            RuntimeError: All tool ids are taken.
        """
        free = [k for k in _TOOL_IDS if _MONITORING.get_tool(k) is None]
        if not free:
            raise RuntimeError("all six tool ids of sys.monitoring are taken")
        self.tool = free[0]
        _MONITORING.use_tool_id(self.tool, "loopscope")
        samples.read_marks = marks_of_branches
        self.callbacks = _Callbacks(samples, self.tool)
        for event, callback in self.callbacks.by_event().items():
            _MONITORING.register_callback(self.tool, event, callback)
        self.callbacks.watch_running()
        e = _MONITORING.events
        _MONITORING.set_events(self.tool, e.PY_START | e.PY_RESUME | e.PY_THROW | e.PY_UNWIND)
        _MONITORING.restart_events()
        return ""

    def stop(self) -> None:
        """Give the tool id back; no code object stays instrumented."""
        _MONITORING.set_events(self.tool, 0)
        for code in self.callbacks.instrumented:
            _MONITORING.set_local_events(self.tool, code, 0)
        for event in self.callbacks.by_event():
            _MONITORING.register_callback(self.tool, event, None)
        _MONITORING.free_tool_id(self.tool)


class _Thread(threading.local):
    """The running thread's writer."""

    def __init__(self, samples: Samples, prepared: dict[int, Writer]) -> None:
        self.writer = prepared.get(threading.get_ident()) or samples.writer()


class _Callbacks:
    """What happens at each event: a comparison and a count in a loop, a sample elsewhere.

    ``hot`` is the thread that was seen last, where it was if that can be repeated (code object;
    destination, or minus the line), and its writer. One comparison with it saves all look-ups.
    Any thread puts its own in that place, whole; as only a thread itself writes its samples, one
    that finds its own there may count.
    """

    def __init__(self, samples: Samples, tool: int) -> None:
        self.samples = samples
        self.tool = tool
        self.disable: object = _MONITORING.DISABLE
        self.instrumented: list[CodeType] = []
        self.words = EventWords()
        self.branches, self.jumps = self.words.branches, self.words.jumps
        self.lines, self.places = self.words.lines, self.words.places
        self.timer = LineTimer({})
        self.rest = self.timer.rest
        self.bases: dict[int, int] = {}
        self.met: dict[int, int] = {}
        self.watched: dict[int, Watched] = {}
        self.prepared: dict[int, Writer] = {}
        self.thread = _Thread(samples, self.prepared)
        self.hot: _Hot = (get_ident(), None, 0, self.thread.writer)

    def by_event(self) -> dict[int, Callable[..., object]]:
        e = _MONITORING.events
        branches = ("BRANCH_LEFT", "BRANCH_RIGHT") if hasattr(e, "BRANCH_LEFT") else ("BRANCH",)
        return {
            e.PY_START: self.on_start,
            e.PY_RESUME: self.on_resume,
            e.PY_THROW: self.on_throw,
            e.PY_YIELD: self.on_yield,
            e.PY_RETURN: self.on_return,
            e.PY_UNWIND: self.on_unwind,
            e.LINE: self.on_line,
            e.JUMP: self.on_jump,
        } | {getattr(e, name): self.on_branch for name in branches}

    def watch_running(self) -> None:
        """Begin with the frames that are running, in all threads."""
        self.prepared[threading.get_ident()] = self.thread.writer
        for thread in threads_running():
            frames = watched_frames(self.samples, thread.frame)
            if frames:
                if thread.ident not in self.prepared:
                    self.prepared[thread.ident] = self.samples.writer(thread.native_id)
                note_running(self.prepared[thread.ident], frames)
            for _, watched in frames:  # last: from here on that thread writes by itself
                self.meet(watched.code)

    def meet(self, code: CodeType) -> int:
        """Decide once what is looked at in a code object; return its base word or -1."""
        with self.samples.lock:
            if id(code) not in self.met:
                watched = self.samples.look(code)
                loops = watched is not None and watched.table.loops
                self.bases[id(code)] = watched.base if watched is not None and loops else -1
                if watched is not None:
                    self._instrument(watched)
                self.met[id(code)] = self.bases[id(code)]  # last: no other thread runs ahead
            return self.met[id(code)]

    def _instrument(self, watched: Watched) -> None:
        self.words.add(watched)
        self.watched[id(watched.code)] = watched
        e, marks = _MONITORING.events, watched.marks
        wanted = 0
        if watched.table.loops:
            wanted |= e.PY_RETURN | e.PY_YIELD | e.LINE
            self.timer.add(watched, id(watched.code))
        if marks.iterators:
            wanted |= e.BRANCH_LEFT | e.BRANCH_RIGHT if hasattr(e, "BRANCH_LEFT") else e.BRANCH
        if marks.jumps or marks.laps:
            wanted |= e.JUMP
        if self.lines[id(watched.code)]:
            wanted |= e.LINE
        _MONITORING.set_local_events(self.tool, watched.code, wanted)
        self.instrumented.append(watched.code)

    def on_branch(self, code: CodeType, offset: int, destination: int) -> object:
        ident, hot = get_ident(), self.hot
        if ident == hot[0] and code is hot[1] and destination == hot[2]:
            hot[3].more += 1
            return None
        word = self.branches.get(id(code) + destination)
        if word is None:
            return self.disable
        self._iterate(code, destination, word)
        return None

    def on_line(self, code: CodeType, line: int) -> object:
        ident, hot = get_ident(), self.hot
        if ident == hot[0] and code is hot[1] and -line == hot[2]:
            hot[3].more += 1
            return None
        word = self.lines[id(code)].get(line)
        if word is None:
            return None if self._time_line(code, sys._getframe(1).f_lasti) else self.disable
        if word != ASK:
            self._iterate(code, -line, word)
            self._time_too(code, line, word)
            return None
        frame = sys._getframe(1)
        due = self.samples.call_hook(self.watched[id(code)], frame, frame.f_lasti)
        word = self.places.get(id(code) + frame.f_lasti)
        if word is None:
            timed = self._time_line(code, frame.f_lasti)
            return None if due or timed else self.disable
        self._note(word)
        if word in self.rest:
            self.timer.began(word)
        self._time_too(code, line, word)
        return None

    def on_jump(self, code: CodeType, offset: int, destination: int) -> object:
        word = self.jumps.get(id(code) + offset)
        if word is None:
            return self.disable
        self._iterate(code, _NOWHERE, word)
        return None

    def on_start(self, code: CodeType, offset: int) -> object:
        base = self.met.get(id(code))
        if base is None:
            base = self.meet(code)
        if base < 0:
            return self.disable
        self._note(base | ENTER | frame_number(sys._getframe(1)))
        return None

    def on_resume(self, code: CodeType, offset: int) -> object:
        base = self.meet(code)
        if base < 0:
            return self.disable
        self._note(base | RESUME | frame_number(sys._getframe(1)))
        return None

    def on_throw(self, code: CodeType, offset: int, error: BaseException) -> object:
        base = self.meet(code)
        if base >= 0:
            self._note(base | RESUME | frame_number(sys._getframe(1)))
        return None

    def on_yield(self, code: CodeType, offset: int, value: object) -> object:
        self._note(self.bases[id(code)] | YIELD | frame_number(sys._getframe(1)))
        return None

    def on_return(self, code: CodeType, offset: int, value: object) -> object:
        self._note(self.bases[id(code)] | LEAVE)
        return None

    def on_unwind(self, code: CodeType, offset: int, error: BaseException) -> object:
        base = self.bases.get(id(code), -1)
        if base >= 0:
            self._note(base | RAISE | offset)
            self._note(base | LEAVE)
        return None

    def _iterate(self, code: CodeType, place: int, word: int) -> None:
        ident, hot = get_ident(), self.hot
        writer = hot[3] if ident == hot[0] else self.thread.writer
        if writer.word == word:  # another thread has been here in between
            writer.more += 1
        else:
            writer.note(word)
            if word in self.rest:
                self.timer.began(word)
        if writer.word == word:
            self.hot = (ident, code, place, writer)

    def _time_line(self, code: CodeType, offset: int) -> bool:
        """Note a line of a loop while its iterations are timed; return whether they are."""
        word = self.timer.words.get(id(code) + offset)
        if word is None:
            return False
        self._note(word)
        return True

    def _time_too(self, code: CodeType, line: int, word: int) -> None:
        """Note the line also where a line tells of something else."""
        watched = self.watched[id(code)]
        if self.rest and self.timer.is_timed(watched, word):
            self._note(watched.base | LINE | line)

    def _note(self, word: int) -> None:
        ident, hot = get_ident(), self.hot
        writer = hot[3] if ident == hot[0] else self.thread.writer
        writer.note(word)
        self.hot = (ident, None, 0, writer)
