"""The loops of a code object, read from its bytecode."""

from __future__ import annotations

import dis
from collections.abc import Container
from dataclasses import dataclass
from types import CodeType

from loopscope.capture.control_flow import Flow, natural_loops, read_flow
from loopscope.model.recording import LoopKind

COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_BACKWARD = {
    code
    for name, code in dis.opmap.items()
    if "JUMP" in name and ("BACKWARD" in name or "JUMP_ABSOLUTE" in dis.opmap)
}  # 3.10 has absolute jumps only: any jump may go backward there


@dataclass(frozen=True, slots=True)
class BytecodeLoop:
    """A natural loop: all instructions between a header and the jumps back to it.

    Attributes:
        begin: Where each iteration of a ``while`` begins: the header, but for a test in front.
        body: Offsets of its instructions. What leads only out of the loop, such as the line of a
            ``break``, is not part of it.
        parent: Index of the loop around it in the table, or -1.
    """

    header: int
    begin: int
    body: frozenset[int]
    kind: LoopKind
    line: int
    column: int
    end_line: int
    parent: int


@dataclass(frozen=True, slots=True)
class LoopTable:
    """The loops of a code object, outer loops before those inside.

    Attributes:
        chains: Offset of an instruction → indices of the loops around it, outermost first.
    """

    flow: Flow
    loops: tuple[BytecodeLoop, ...]
    chains: dict[int, tuple[int, ...]]

    def chain(self, offset: int) -> tuple[int, ...]:
        """Return the loops around an instruction, outermost first.

        The offset may be that of its cache, as ``f_lasti`` of a frame that calls another is.
        """
        while offset > 0 and offset not in self.flow.names:
            offset -= 2
        return self.chains.get(offset, ())


def may_loop(code: CodeType) -> bool:
    """Return whether an instruction may jump backward: a quick look before the table is read."""
    return not _BACKWARD.isdisjoint(code.co_code[::2])


def read_loop_table(code: CodeType) -> LoopTable:
    """Return the loops of a code object; a table without loops where it has none."""
    flow = read_flow(code)
    bodies = natural_loops(flow)
    begins = _repeated_tests(flow, bodies)
    for begin in begins.values():
        del bodies[begin]
    found = sorted(bodies.items(), key=lambda item: (-len(item[1]), item[0]))
    loops: list[BytecodeLoop] = []
    chains: dict[int, tuple[int, ...]] = {}
    columns = _columns(code, bodies) if bodies else {}
    for header, body in found:
        parent = chains.get(header, (-1,))[-1]
        for offset in body:
            chains[offset] = (*chains.get(offset, ()), len(loops))
        begin, column = begins.get(header, header), columns.get(header, -1)
        loops.append(_loop(code, flow, header, begin, column, body, parent))
    return LoopTable(flow, tuple(loops), chains)


def _repeated_tests(flow: Flow, bodies: dict[int, frozenset[int]]) -> dict[int, int]:
    """Headers of a ``while`` that is two natural loops → header of the inner one.

    The compiler repeats a test after the body, and jumps from there to the body: one loop.
    ``continue`` jumps to the first test: another around it. Two statements it would be if the
    repeated test led back to the first.
    """
    begins = {}
    for outer, around in bodies.items():
        line = flow.lines[outer]
        for inner, body in bodies.items():
            if inner not in around or not body < around or flow.lines[inner] == line:
                continue
            test = [offset for offset in body if flow.lines[offset] == line]
            left = [x for offset in test for x in flow.after[offset] if x not in body]
            if test and line == min(_lines(flow, around)) and around.isdisjoint(left):
                begins[outer] = inner
    return begins


def _loop(
    code: CodeType,
    flow: Flow,
    header: int,
    begin: int,
    column: int,
    body: frozenset[int],
    parent: int,
) -> BytecodeLoop:
    kind = _kind(code, flow, header)
    lines = _lines(flow, body) or {code.co_firstlineno}
    line = flow.lines[header]
    if not line or (kind == "while" and line != min(lines)):
        line, column = min(lines), -1
    return BytecodeLoop(header, begin, body, kind, line, column, max(lines), parent)


def _lines(flow: Flow, body: frozenset[int]) -> set[int]:
    return {flow.lines[offset] for offset in body} - {0}


def _columns(code: CodeType, offsets: Container[int]) -> dict[int, int]:
    """Offset → 0-based column, where the interpreter keeps it; 3.10 keeps none."""
    if not hasattr(code, "co_positions"):
        return {}
    return {
        2 * k: place[2]
        for k, place in enumerate(code.co_positions())
        if 2 * k in offsets and place[2] is not None
    }


def _kind(code: CodeType, flow: Flow, header: int) -> LoopKind:
    if code.co_name in COMPREHENSIONS:
        return "generator" if code.co_name == "<genexpr>" else "comprehension"
    first = flow.skip(header, {"EXTENDED_ARG", "SETUP_FINALLY"})
    return "for" if flow.names[first] in ("FOR_ITER", "GET_ANEXT") else "while"
