"""The names that a loop loads, read from the bytecode of the function that holds it."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from loopscope.capture.loop_table import read_loop_table

_NO_NAME = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_CONST", "LOAD_SUPER_ATTR", "LOAD_SMALL_INT")


@dataclass(frozen=True, slots=True)
class LoopNames:
    """Names of locals, free variables and globals, in the order in which they first appear.

    Attributes:
        read: Loaded in the loop's statement, nested functions and comprehensions included.
        others: Loaded elsewhere in the function only.
    """

    read: tuple[str, ...]
    others: tuple[str, ...]


def read_loop_names(code: CodeType, line: int) -> LoopNames:
    """Return the names that the loop at ``line`` loads; all of the function if there is none."""
    first, last = _span(code, line)
    loaded = list(_loads(code))
    read = dict.fromkeys(name for offset, name in loaded if first <= offset <= last)
    others = dict.fromkeys(name for _, name in loaded if name not in read)
    return LoopNames(tuple(read), tuple(others))


def all_names(code: CodeType) -> Iterator[str]:
    """Yield the global names and the attributes that a function and those in it refer to."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from all_names(constant)


def _span(code: CodeType, line: int) -> tuple[int, int]:
    """Offsets from the statement's first instruction (its iterable) to its last jump back."""
    ends = [loop.last for loop in read_loop_table(code).loops if loop.line == line]
    starts = [start for start, _, at in code.co_lines() if at == line]
    if not ends:
        return 0, len(code.co_code)
    return min(starts, default=0), max(ends)


def _loads(code: CodeType) -> Iterator[tuple[int, str]]:
    for instruction in dis.get_instructions(code):
        name, value = instruction.opname, instruction.argval
        if isinstance(value, CodeType):
            for inner in (*value.co_freevars, *all_names(value)):
                yield instruction.offset, inner
        if "LOAD_" not in name or name.startswith(_NO_NAME):
            continue
        # 3.13 and later load two locals at once; their names come as a tuple.
        for loaded in value if isinstance(value, tuple) else (value,):
            if isinstance(loaded, str):
                yield instruction.offset, loaded
