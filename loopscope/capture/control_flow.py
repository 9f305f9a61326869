"""How control moves between the instructions of a code object."""

from __future__ import annotations

import dis
from dataclasses import dataclass
from types import CodeType

_ENDS = {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"}
_ALWAYS = {"JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"}
_JUMPS = {*dis.hasjrel, *dis.hasjabs} - {dis.opmap.get("END_ASYNC_FOR", -1)}


@dataclass(frozen=True, slots=True)
class Flow:
    """Instructions by offset, in order.

    Attributes:
        names: Offset → name of the instruction.
        lines: Offset → line; 0 where an instruction has none.
        columns: Offset → 0-based column; -1 where the interpreter keeps none (3.10).
        after: Offset → offsets of the instructions that can run next.
        handlers: Offset → where an exception there is caught, if it is.
        code_names: Offset → name of the code object that the instruction loads.
    """

    names: dict[int, str]
    lines: dict[int, int]
    columns: dict[int, int]
    after: dict[int, tuple[int, ...]]
    handlers: dict[int, tuple[int, ...]]
    code_names: dict[int, str]

    def skip(self, offset: int, names: set[str]) -> int:
        """Return the first offset from ``offset`` on whose instruction is not one of ``names``."""
        while self.names[offset] in names:
            (offset,) = self.after[offset]
        return offset


def read_flow(code: CodeType) -> Flow:
    """Return how control moves in ``code``."""
    bytecode = dis.Bytecode(code)
    instructions = list(bytecode)
    places = _places(code)
    after: dict[int, tuple[int, ...]] = {}
    handlers: dict[int, tuple[int, ...]] = {}
    for k, instruction in enumerate(instructions):
        name, offset = instruction.opname, instruction.offset
        following: list[int] = []
        if name not in _ENDS and name not in _ALWAYS and k + 1 < len(instructions):
            following.append(instructions[k + 1].offset)
        if instruction.opcode in _JUMPS:
            if name.startswith("SETUP_"):  # 3.10: the target is a handler
                handlers[offset] = (instruction.argval,)
            else:
                following.append(instruction.argval)
        after[offset] = tuple(following)
    for entry in getattr(bytecode, "exception_entries", ()):
        for offset in range(entry.start, entry.end, 2):
            if offset in after:
                handlers[offset] = (*handlers.get(offset, ()), entry.target)
    return Flow(
        names={i.offset: i.opname for i in instructions},
        lines={i.offset: places.get(i.offset, (0, -1))[0] for i in instructions},
        columns={i.offset: places.get(i.offset, (0, -1))[1] for i in instructions},
        after=after,
        handlers=handlers,
        code_names={
            i.offset: i.argval.co_name for i in instructions if isinstance(i.argval, CodeType)
        },
    )


def back_edges(flow: Flow) -> list[tuple[int, int]]:
    """Return the jumps to an instruction that every way to the jump passes: those of loops.

    A jump backward alone is not enough: since 3.11 an ``except`` block lies at the end of the
    code and jumps back to what follows the ``try``.
    """
    edges = []
    on_path: dict[int, bool] = {}  # False once all that follows has been looked at
    start = next(iter(flow.after), None)
    stack = [] if start is None else [(start, iter(_ways(flow, start)))]
    if start is not None:
        on_path[start] = True
    while stack:
        offset, ways = stack[-1]
        target = next(ways, None)
        if target is None:
            on_path[offset] = False
            stack.pop()
        elif target not in on_path:
            on_path[target] = True
            stack.append((target, iter(_ways(flow, target))))
        elif on_path[target] and "NO_INTERRUPT" not in flow.names[offset]:
            edges.append((offset, target))
    return edges


def natural_loops(flow: Flow) -> dict[int, frozenset[int]]:
    """Return for each loop's header the offsets of the loop's instructions."""
    edges = back_edges(flow)
    if not edges:
        return {}
    before: dict[int, list[int]] = {offset: [] for offset in flow.after}
    for offset in flow.after:
        for target in _ways(flow, offset):
            before[target].append(offset)
    bodies: dict[int, set[int]] = {}
    for source, header in edges:
        body = bodies.setdefault(header, {header})
        stack = [source]
        while stack:
            offset = stack.pop()
            if offset not in body:
                body.add(offset)
                stack += before[offset]
    return {header: frozenset(body) for header, body in bodies.items()}


def _ways(flow: Flow, offset: int) -> tuple[int, ...]:
    return flow.after[offset] + flow.handlers.get(offset, ())


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
