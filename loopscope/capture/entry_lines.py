"""The lines on which a frame is about to enter an outermost loop or a comprehension."""

from __future__ import annotations

from types import CodeType

from loopscope.capture.control_flow import Flow
from loopscope.capture.loop_table import COMPREHENSIONS, LoopTable
from loopscope.capture.marks import statement_start, with_prefixes


def makes_comprehension(code: CodeType) -> bool:
    """Return whether the code makes a comprehension or generator expression of its own code."""
    return any(isinstance(x, CodeType) and x.co_name in COMPREHENSIONS for x in code.co_consts)


def read_entry_lines(code: CodeType, table: LoopTable) -> dict[int, int]:
    """Return offset → line of the instructions before a loop or a comprehension.

    For a loop statement that is its first instruction, before the iterable is evaluated. For a
    comprehension it is the first instruction of the line on which the comprehension begins.
    A loop inside of another is one too: the outer one may be a training loop.
    """
    if code.co_name in COMPREHENSIONS:
        return {}
    starts: set[int] = set()
    for index in range(len(table.loops)):
        start = statement_start(table, index)
        if start is not None:
            starts.add(start)
    for offset, name in table.flow.code_names.items():
        if name in COMPREHENSIONS:
            starts.add(_first_of_line(table.flow, offset))
    flow = table.flow
    return {o: flow.lines[start] for start in starts for o in with_prefixes(flow, start)}


def _first_of_line(flow: Flow, offset: int) -> int:
    """The last start before ``offset`` of the line that ``offset`` is on."""
    starts = flow.starts.get(flow.lines[offset], ())
    return max((start for start in starts if start <= offset), default=offset)
