"""The loops of a code object, read from its bytecode."""

from __future__ import annotations

import dis
from dataclasses import dataclass
from types import CodeType

from loopscope.model.recording import LoopKind

_COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>"}


@dataclass(frozen=True, slots=True)
class BytecodeLoop:
    """A natural loop: all instructions from a back edge's target to the last back edge."""

    header: int
    last: int
    kind: LoopKind
    line: int
    column: int
    end_line: int
    parent: int


@dataclass(frozen=True, slots=True)
class LoopTable:
    """Loops sorted outermost first, and where lines and offsets lie in them.

    Attributes:
        at_line: Line → indices of the loops around its first instruction, outermost first.
        headers: Offset of a header → index of its loop.
        header_lines: Index of a loop → line of its header.
    """

    loops: tuple[BytecodeLoop, ...]
    at_line: dict[int, tuple[int, ...]]
    headers: dict[int, int]

    def at_offset(self, offset: int) -> tuple[int, ...]:
        """Return the loops around an instruction, outermost first."""
        return tuple(k for k, x in enumerate(self.loops) if x.header <= offset <= x.last)


def has_loop(code: CodeType) -> bool:
    """Return whether any instruction jumps backward: one pass over the bytecode."""
    return any(op in _BACKWARD for op in code.co_code[::2]) and bool(_back_edges(code))


def read_loop_table(code: CodeType) -> LoopTable:
    """Return the loops of a code object; an empty table where it has none."""
    edges = _back_edges(code)
    spans: dict[int, int] = {}
    for source, target in edges:
        spans[target] = max(spans.get(target, 0), source)
    ordered = sorted(spans.items(), key=lambda span: (span[0], -span[1]))
    places = _places(code)
    loops: list[BytecodeLoop] = []
    opcodes = {i.offset: i.opname for i in dis.get_instructions(code)}
    for header, last in ordered:
        parents = [k for k, x in enumerate(loops) if x.header <= header and last <= x.last]
        inside = [p for offset, p in places.items() if header <= offset <= last and p[0] > 0]
        lines = [line for line, _ in inside] or [code.co_firstlineno]
        line, column = places.get(header, (0, -1))
        if not line:
            line, column = min(inside, default=(code.co_firstlineno, -1))
        kind = _kind(code, opcodes.get(header, ""))
        first = line if kind != "while" else min(lines)
        column = column if first == line else -1
        loops.append(
            BytecodeLoop(
                header, last, kind, first, column, max(lines), parents[-1] if parents else -1
            )
        )
    table = LoopTable(tuple(loops), {}, {x.header: k for k, x in enumerate(loops)})
    for offset in sorted(places):
        line = places[offset][0]
        if line > 0 and line not in table.at_line:
            table.at_line[line] = table.at_offset(offset)
    return table


_BACKWARD = {
    code
    for name, code in dis.opmap.items()
    if "JUMP" in name and ("BACKWARD" in name or name in ("JUMP_ABSOLUTE", "POP_JUMP_IF_TRUE"))
}
# 3.10 has absolute jumps only: any jump may go backward there.
if "JUMP_ABSOLUTE" in dis.opmap:
    _BACKWARD |= {code for name, code in dis.opmap.items() if "JUMP" in name}


def _back_edges(code: CodeType) -> list[tuple[int, int]]:
    return [
        (i.offset, i.argval)
        for i in dis.get_instructions(code)
        if i.opcode in _BACKWARD
        and isinstance(i.argval, int)
        and i.argval <= i.offset
        and "NO_INTERRUPT" not in i.opname
    ]


def _kind(code: CodeType, opname: str) -> LoopKind:
    if code.co_name in _COMPREHENSIONS:
        return "comprehension"
    if code.co_name == "<genexpr>":
        return "generator"
    return "for" if opname in ("FOR_ITER", "GET_ANEXT", "SETUP_FINALLY") else "while"


def _places(code: CodeType) -> dict[int, tuple[int, int]]:
    """Offset → line and 0-based column."""
    if hasattr(code, "co_positions"):
        return {
            2 * k: (line or 0, -1 if column is None else column)
            for k, (line, _, column, _) in enumerate(code.co_positions())
        }
    return {
        offset: (line or 0, -1)
        for start, end, line in code.co_lines()
        for offset in range(start, end, 2)
    }
