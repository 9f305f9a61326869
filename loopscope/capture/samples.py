"""What a clock core looks at and what it has seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Protocol

from loopscope.capture.entry_lines import makes_comprehension, read_entry_lines
from loopscope.capture.loop_table import LoopTable, may_loop, read_loop_table
from loopscope.capture.marks import Marks, marks_of_lines
from loopscope.capture.user_code import is_user_code
from loopscope.capture.writer import CODE_SHIFT, Writer
from loopscope.config import Settings

MAX_HOOKS_PER_LINE = 2

EntryHook = Callable[[FrameType, int], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """A code object of the user's that holds a loop or makes a comprehension.

    Attributes:
        base: Code number of its samples, shifted into place.
        hooks: Offset of an instruction → line for which the entry hook is due.
        taken: Line → how often the hook was called for it.
    """

    code: CodeType
    base: int
    table: LoopTable
    marks: Marks
    hooks: dict[int, int]
    taken: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Samples:
    """The code objects of interest and the samples of each thread.

    Attributes:
        entry_hook: Called with a frame and a line when a frame of the user's code is about to
            run, for the first and the second time, a line on which an outermost loop begins, or
            a comprehension outside of loops.
        hook_errors: How many calls of the hook raised; the user's program never sees it.
        read_marks: Where the core has to look in a code object.
        lock: Held while something is done once for a code object; threads meet them at once.
    """

    settings: Settings
    entry_hook: EntryHook | None = None
    hook_errors: int = 0
    read_marks: Callable[[LoopTable], Marks] = marks_of_lines
    lock: AbstractContextManager[bool] = field(default_factory=threading.RLock)
    watched: list[Watched] = field(default_factory=list)
    writers: list[Writer] = field(default_factory=list)
    _known: dict[int, Watched | None] = field(default_factory=dict)
    _kept: list[CodeType] = field(default_factory=list)
    _outer: dict[int, CodeType] = field(default_factory=dict)
    _user_paths: dict[str, bool] = field(default_factory=dict)

    def look(self, code: CodeType) -> Watched | None:
        """Return what to watch in a code object; ``None`` where it is of no interest."""
        with self.lock:
            if id(code) not in self._known:
                self._kept.append(code)  # kept alive: its id is the key
                self._known[id(code)] = self._read(code)
            return self._known[id(code)]

    def writer(self, native_id: int | None = None) -> Writer:
        """Return a new writer, for the running thread where no other is given."""
        thread = threading.get_native_id() if native_id is None else native_id
        self.writers.append(Writer(thread, self.settings.max_samples))
        return self.writers[-1]

    def call_hook(self, watched: Watched, frame: FrameType, offset: int) -> bool:
        """Call the entry hook if it is due at this instruction; return whether it still is."""
        line = watched.hooks.get(offset)
        if line is None or self.entry_hook is None:
            return False
        taken = watched.taken[line] = watched.taken.get(line, 0) + 1
        if taken >= MAX_HOOKS_PER_LINE:
            for other in [o for o, its_line in watched.hooks.items() if its_line == line]:
                del watched.hooks[other]
        try:
            self.entry_hook(frame, line)
        except Exception:
            self.hook_errors += 1
        return taken < MAX_HOOKS_PER_LINE

    def qualified_name(self, code: CodeType) -> str:
        """Return ``co_qualname``; on 3.10, which has none, names as far as code was looked at."""
        if hasattr(code, "co_qualname"):
            return str(code.co_qualname)
        outer = self._outer.get(id(code))
        if outer is None or outer.co_name == "<module>":
            return code.co_name
        return f"{self.qualified_name(outer)}.<locals>.{code.co_name}"

    def _read(self, code: CodeType) -> Watched | None:
        path = code.co_filename
        if path not in self._user_paths:
            self._user_paths[path] = is_user_code(path, self.settings)
        if not self._user_paths[path]:
            return None
        self._outer.update((id(x), code) for x in code.co_consts if isinstance(x, CodeType))
        if not may_loop(code) and (self.entry_hook is None or not makes_comprehension(code)):
            return None
        table = read_loop_table(code)
        hooks = {} if self.entry_hook is None else read_entry_lines(code, table)
        if not table.loops and not hooks:
            return None
        marks = self.read_marks(table)
        self.watched.append(Watched(code, len(self.watched) << CODE_SHIFT, table, marks, hooks))
        return self.watched[-1]


class Core(Protocol):
    """A way to see the user's loops as they run."""

    def start(self, samples: Samples) -> str:
        """Begin to write samples; return what the user should know of how, or nothing.

        Raises:
            RuntimeError: This core cannot be had now; the text says why.
        """

    def stop(self) -> None:
        """Leave the interpreter as it was found."""
