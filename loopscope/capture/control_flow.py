"""How control moves between the instructions of a code object."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_ENDS = {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"}
_ALWAYS = {"JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"}
_JUMPS = {*dis.hasjrel, *dis.hasjabs} - {dis.opmap.get("END_ASYNC_FOR", -1)}
_CACHE = dis.opmap.get("CACHE", -1)


@dataclass(frozen=True, slots=True)
class Flow:
    """Instructions by offset, in order.

    Attributes:
        names: Offset → name of the instruction.
        lines: Offset → line; 0 where an instruction has none.
        after: Offset → offsets of the instructions that can run next.
        before: Offset → offsets of the instructions that it can run next after.
        handlers: Offset → where an exception there is caught, if it is.
        code_names: Offset → name of the code object that the instruction loads.
        starts: Line → offsets of its instructions that follow one on another line.
    """

    names: dict[int, str]
    lines: dict[int, int]
    after: dict[int, tuple[int, ...]]
    before: dict[int, list[int]]
    handlers: dict[int, tuple[int, ...]]
    code_names: dict[int, str]
    starts: dict[int, list[int]]

    def skip(self, offset: int, names: set[str]) -> int:
        """Return the first offset from ``offset`` on whose instruction is not one of ``names``."""
        while self.names[offset] in names:
            (offset,) = self.after[offset]
        return offset


def read_flow(code: CodeType) -> Flow:
    """Return how control moves in ``code``.

    Reads the bytecode itself: ``dis`` says the same in ten times the time, and the program waits.
    """
    names: dict[int, str] = {}
    targets: dict[int, int] = {}
    code_names: dict[int, str] = {}
    following: dict[int, int] = {}
    raw, prefix, last = code.co_code, 0, -1
    for offset in range(0, len(raw), 2):
        op = raw[offset]
        if op == _CACHE:
            continue
        arg = raw[offset + 1] | prefix
        prefix = arg << 8 if op == dis.EXTENDED_ARG else 0
        names[offset] = dis.opname[op]
        following[last] = last = offset
        if op in _JUMPS:
            targets[offset] = _target(raw, offset, op, arg)
        elif op in dis.hasconst and isinstance(code.co_consts[arg], CodeType):
            code_names[offset] = code.co_consts[arg].co_name
    after, handlers = {}, _handlers(code, names)
    for offset, name in names.items():
        ways = []
        if name not in _ENDS and name not in _ALWAYS and offset in following:
            ways.append(following[offset])
        if offset in targets and name.startswith("SETUP_"):  # 3.10: to a handler
            handlers[offset] = (*handlers.get(offset, ()), targets[offset])
        elif offset in targets:
            ways.append(targets[offset])
        after[offset] = tuple(ways)
    lines = {
        offset: line or 0
        for start, end, line in code.co_lines()
        for offset in range(start, end, 2)
        if offset in names
    }
    return Flow(
        names=names,
        lines=lines,
        after=after,
        before=_reversed(after),
        handlers=handlers,
        code_names=code_names,
        starts=_starts(lines),
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
    raised_at = _reversed(flow.handlers)
    bodies: dict[int, set[int]] = {}
    for source, header in edges:
        body = bodies.setdefault(header, {header})
        stack = [source]
        while stack:
            offset = stack.pop()
            if offset not in body:
                body.add(offset)
                stack += flow.before.get(offset, ())
                stack += raised_at.get(offset, ())
    return {header: frozenset(body) for header, body in bodies.items()}


def _ways(flow: Flow, offset: int) -> tuple[int, ...]:
    return flow.after[offset] + flow.handlers.get(offset, ())


def _reversed(ways: dict[int, tuple[int, ...]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for offset, targets in ways.items():
        for target in targets:
            found.setdefault(target, []).append(offset)
    return found


def _starts(lines: dict[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    last = 0
    for offset, line in lines.items():
        if line and line != last:
            found.setdefault(line, []).append(offset)
        last = line
    return found


def _target(raw: bytes, offset: int, op: int, arg: int) -> int:
    if op in dis.hasjabs:
        return 2 * arg
    offset += 2
    while offset < len(raw) and raw[offset] == _CACHE:
        offset += 2
    return offset - 2 * arg if "BACKWARD" in dis.opname[op] else offset + 2 * arg


def _handlers(code: CodeType, names: dict[int, str]) -> dict[int, tuple[int, ...]]:
    """Read the exception table, which 3.11 has brought.

    Its format: https://github.com/python/cpython/blob/3.11/Objects/exception_handling_notes.txt
    """
    found: dict[int, tuple[int, ...]] = {}
    numbers = _numbers(getattr(code, "co_exceptiontable", b""))
    for start, length, target, _depth in zip(numbers, numbers, numbers, numbers, strict=False):
        for offset in range(2 * start, 2 * (start + length), 2):
            if offset in names:
                found[offset] = (*found.get(offset, ()), 2 * target)
    return found


def _numbers(packed: bytes) -> Iterator[int]:
    """Numbers of six bits a byte, the highest first; bit 6 says that more follow."""
    number = 0
    for byte in packed:
        number = number << 6 | byte & 63
        if not byte & 64:
            yield number
            number = 0
