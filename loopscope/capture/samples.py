"""What a clock core writes down, and in which form."""

from __future__ import annotations

import threading
from array import array
from dataclasses import dataclass, field
from types import CodeType
from typing import Protocol

from loopscope.capture.loop_table import LoopTable, has_loop, read_loop_table
from loopscope.capture.user_code import is_user_code
from loopscope.config import Settings

# A sample is two numbers: a time (``time.time_ns``) and a word, code << 32 | event << 28 | where.
ENTER, LEAVE, YIELD, LINE, JUMP, AT = range(6)
EVENT_SHIFT = 28
CODE_SHIFT = 32
PLACE_MASK = (1 << EVENT_SHIFT) - 1


@dataclass(slots=True)
class Samples:
    """Samples per thread and the code objects they are of."""

    settings: Settings
    codes: list[CodeType] = field(default_factory=list)
    tables: list[LoopTable] = field(default_factory=list)
    bases: dict[int, int] = field(default_factory=dict)
    buffers: dict[int, array[int]] = field(default_factory=dict)
    native_ids: dict[int, int] = field(default_factory=dict)

    def base(self, code: CodeType) -> int:
        """Return the code object's base word; -1 where its loops are not looked at."""
        known = self.bases.get(id(code))
        if known is not None:
            return known
        self.codes.append(code)  # kept alive: its id is the key
        wanted = is_user_code(code.co_filename, self.settings) and has_loop(code)
        self.tables.append(read_loop_table(code) if wanted else LoopTable((), {}, {}))
        base = (len(self.codes) - 1) << CODE_SHIFT if wanted else -1
        self.bases[id(code)] = base
        return base

    def buffer(self) -> array[int]:
        """Return the running thread's buffer."""
        thread = threading.get_ident()
        found = self.buffers.get(thread)
        if found is None:
            found = self.buffers[thread] = array("q")
            self.native_ids[thread] = threading.get_native_id()
        return found


class Core(Protocol):
    """A way to see lines and jumps of the user's loops as they run."""

    def start(self, samples: Samples) -> None:
        """Begin to write samples."""

    def stop(self) -> None:
        """Leave the interpreter as it was found."""
