"""Where in a code object a clock core has to look to see its loops begin, go on and end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from loopscope.capture.control_flow import Flow
from loopscope.capture.loop_table import BytecodeLoop, LoopTable

_TOLD_AT_JUMP = sys.version_info >= (3, 13)
_AWAIT = {"SEND", "YIELD_VALUE", "RESUME", "JUMP_BACKWARD_NO_INTERRUPT", "EXTENDED_ARG"}


@dataclass(frozen=True, slots=True)
class Marks:
    """Instructions of interest, by offset. Every other line of a loop can stay silent.

    Attributes:
        iterators: ``FOR_ITER`` instructions → their loop, where the core sees branches.
        begins: First instructions of a line → the loop of which an iteration begins there.
        jumps: Jumps backward → the loop of which an iteration begins, where no line tells.
        laps: Where a jump backward is seen → the loop of which an iteration has ended, where
            nothing tells the beginning: bodies on the line of their ``for``.
        leaves: First instructions of the lines that can follow a loop.
        unseen: Loops whose first iteration begins without an event: a ``while`` on one line.
    """

    iterators: dict[int, int] = field(default_factory=dict)
    begins: dict[int, int] = field(default_factory=dict)
    jumps: dict[int, int] = field(default_factory=dict)
    laps: dict[int, int] = field(default_factory=dict)
    leaves: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)


def marks_of_branches(table: LoopTable) -> Marks:
    """Return where a core looks that sees lines, branches and jumps."""
    return _marks(table, branches=True)


def marks_of_lines(table: LoopTable) -> Marks:
    """Return where a core looks that sees lines alone."""
    return _marks(table, branches=False)


def _marks(table: LoopTable, *, branches: bool) -> Marks:
    marks = Marks()
    for index, loop in enumerate(table.loops):
        if loop.kind == "while":
            _mark_while(marks, table.flow, index, loop, branches=branches)
        else:
            _mark_for(marks, table, index, branches=branches)
        iterator = table.flow.skip(loop.header, {"EXTENDED_ARG"})
        told = table.flow.after[iterator] if iterator in marks.iterators else ()
        for line, target in _exits(table.flow, loop):
            if target not in told:
                marks.leaves.update(_first_of_lines(table.flow, line, target))
    return marks


def statement_start(table: LoopTable, index: int) -> int | None:
    """Return the first instruction of a loop's statement: before its iterable is evaluated."""
    loop, flow = table.loops[index], table.flow
    earlier = [x.header for x in table.loops if x.header < loop.header and x.line == loop.line]
    previous = max(earlier, default=-1)
    for offset in flow.starts.get(loop.line, ()):
        if previous < offset < loop.header and offset not in loop.body:
            return offset
    return loop.header if loop.begin != loop.header else None


def with_prefixes(flow: Flow, offset: int) -> tuple[int, ...]:
    """Return the offset, and that of the instruction that ``EXTENDED_ARG`` there belongs to."""
    return (offset, flow.skip(offset, {"EXTENDED_ARG"}))


def _mark_for(marks: Marks, table: LoopTable, index: int, *, branches: bool) -> None:
    flow, loop = table.flow, table.loops[index]
    iterator = flow.skip(loop.header, {"EXTENDED_ARG"})
    if branches and flow.names[iterator] == "FOR_ITER":
        marks.iterators[iterator] = index
        return
    begin = _first_of_body(table, index)
    if begin is not None:
        marks.begins[begin] = index
        return
    marks.laps.update((offset, index) for offset in _seen_jumps(flow, loop, branches=branches))
    start = statement_start(table, index) if loop.kind == "for" else None
    if start is not None:
        marks.leaves.add(start)  # the loop's own start is not before


def _mark_while(
    marks: Marks, flow: Flow, index: int, loop: BytecodeLoop, *, branches: bool
) -> None:
    """The compiler repeats the test after the body: an iteration begins with the body."""
    line = flow.lines[loop.begin]
    before = flow.before.get(loop.begin, ())
    entering = [offset for offset in before if offset < loop.begin or offset not in loop.body]
    told = bool(line) and all(flow.lines[offset] != line for offset in entering)
    if not told:
        marks.unseen.add(index)
    if told or not branches:
        marks.begins[loop.begin] = index
    seen = {
        offset: index
        for offset in _seen_jumps(flow, loop, branches=branches)
        if not told or flow.lines[offset] == line
    }
    (marks.jumps if branches else marks.begins).update(seen)


def _seen_jumps(flow: Flow, loop: BytecodeLoop, *, branches: bool) -> list[int]:
    """Where a core sees that an iteration follows another on the same line.

    A core that sees jumps does at the jump, one that sees lines alone at the header; but since
    3.13 ``sys.settrace`` tells of such a line at the jump.
    """
    jumps = [o for o in flow.before[loop.begin] if o >= loop.begin and o in loop.body]
    if branches:
        return jumps
    line = flow.lines[loop.begin]
    at_jump = [o for o in jumps if flow.lines[o] == line] if _TOLD_AT_JUMP else []
    return [loop.begin, *at_jump]


def _first_of_body(table: LoopTable, index: int) -> int | None:
    """The first instruction on another line than the header, if each iteration comes by once."""
    flow, loop = table.flow, table.loops[index]
    for offset in sorted(offset for offset in loop.body if offset >= loop.header):
        line = flow.lines[offset]
        if line and line != flow.lines[loop.header]:
            return offset if table.chain(offset)[-1] == index else None
        stays = [target for target in flow.after[offset] if target in loop.body]
        if len(stays) != 1 and flow.names[offset] not in _AWAIT:
            return None
    return None


def _exits(flow: Flow, loop: BytecodeLoop) -> set[tuple[int, int]]:
    """Lines left and instructions reached by the ways out of a loop."""
    ways = {
        (flow.lines[offset], target)
        for offset in loop.body
        for target in flow.after[offset]
        if target not in loop.body
    }
    caught = {
        (0, target)
        for offset in loop.body
        for target in flow.handlers.get(offset, ())
        if target not in loop.body
    }
    return ways | caught


def _first_of_lines(flow: Flow, line: int, start: int) -> Iterator[int]:
    """Instructions at which a new line is first seen on the ways from ``start``."""
    stack, seen = [(start, line)], set()
    while stack:
        offset, last = stack.pop()
        if offset in seen:
            continue
        seen.add(offset)
        here = flow.lines[offset]
        if here and here != last:
            yield offset
            if last:
                continue
        stack += [(target, here) for target in flow.after[offset]]
