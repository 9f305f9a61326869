"""The names that a loop loads, read from the bytecode of the function that holds it."""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType


@dataclass(frozen=True, slots=True)
class LoopNames:
    """Names of locals, free variables and globals, in the order in which they first appear.

    Attributes:
        read: Loaded in the loop's statement, nested functions and comprehensions included.
        others: Loaded elsewhere in the function only.
        trains: It goes backward and steps an optimizer.
    """

    read: tuple[str, ...]
    others: tuple[str, ...]
    trains: bool


def read_loop_names(code: CodeType, line: int) -> LoopNames:
    """Return the names that the loop at ``line`` loads; all of the function if there is none."""
    found = _read(code)
    first, last = _span(code, line, found.jumps)
    loads = sorted(found.loads + found.inner, key=lambda place: place[0])
    read = dict.fromkeys(name for offset, name in loads if first <= offset <= last)
    others = dict.fromkeys(name for _, name in found.loads if name not in read)
    uses = {name for offset, name in found.attributes if first <= offset <= last}
    trains = "backward" in uses and not uses.isdisjoint(("step", "zero_grad"))
    return LoopNames(tuple(read), tuple(others), trains)


def all_names(code: CodeType) -> Iterator[str]:
    """Yield the global names and the attributes that a function and those in it refer to."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from all_names(constant)


def _span(code: CodeType, line: int, jumps: dict[int, int]) -> tuple[int, int]:
    """Offsets from the statement's first instruction (its iterable) to its last jump back."""
    first = min((start for start, _, at in code.co_lines() if at == line), default=-1)
    headers = sorted(target for target in jumps if target >= first >= 0)
    if not headers:
        return 0, len(code.co_code)
    last = jumps[headers[0]]
    for target in headers:  # a while loop with a continue has two
        if target <= last:
            last = max(last, jumps[target])
    return first, last


@dataclass(slots=True)
class _Found:
    """What instructions load, by offset, and the last jump back to each target.

    Attributes:
        inner: Names in the body of a function or comprehension that is made here.
    """

    loads: list[tuple[int, str]] = field(default_factory=list)
    inner: list[tuple[int, str]] = field(default_factory=list)
    attributes: list[tuple[int, str]] = field(default_factory=list)
    jumps: dict[int, int] = field(default_factory=dict)


def _read(code: CodeType) -> _Found:
    """Read the bytecode once.

    ``dis.get_instructions`` says the same in fifteen times the time, and the program waits for us.
    """
    found = _Found()
    loads = found.loads
    slots, names, constants = _slot_names(code), code.co_names, code.co_consts
    raw = code.co_code
    high = 0
    for offset in range(0, len(raw), 2):
        kind = _KINDS.get(raw[offset])
        if kind is None:
            high = 0
            continue
        arg = high | raw[offset + 1]
        high = arg << 8 if kind == "EXTENDED_ARG" else 0
        if kind == "LOCAL":
            loads.append((offset, slots[arg]))
        elif kind == "PAIR":
            loads += (offset, slots[arg >> 4]), (offset, slots[arg & 15])
        elif kind == "SECOND":
            loads.append((offset, slots[arg & 15]))
        elif kind == "FREE":
            loads.append((offset, slots[arg + _free_start(code)]))
        elif kind == "NAME":
            loads.append((offset, names[arg]))
        elif kind == "GLOBAL":
            loads.append((offset, names[arg >> 1]))
        elif kind == "ATTRIBUTE":
            found.attributes.append((offset, names[arg >> _ATTRIBUTE_SHIFT]))
        elif kind == "CONST":
            inner = constants[arg]
            if isinstance(inner, CodeType):
                within = (*inner.co_freevars, *all_names(inner))
                found.inner += [(offset, name) for name in within]
        elif kind != "EXTENDED_ARG":
            target = 2 * arg if kind == "ABSOLUTE" else _after(raw, offset) - 2 * arg
            if target <= offset:
                found.jumps[target] = offset
    return found


def _slot_names(code: CodeType) -> tuple[str, ...]:
    """Names of the frame's variables, as instructions number them."""
    arguments = code.co_varnames
    cells = code.co_cellvars
    if sys.version_info >= (3, 11):  # an argument that is a cell has one place
        cells = tuple(name for name in cells if name not in arguments)
    return (*arguments, *cells, *code.co_freevars)


def _after(raw: bytes, offset: int) -> int:
    """Offset of the next instruction, past this one's caches."""
    offset += 2
    while offset < len(raw) and raw[offset] == _CACHE:
        offset += 2
    return offset


def _kind(name: str, opcode: int) -> str | None:
    if name == "EXTENDED_ARG":
        return name
    if "JUMP" in name:
        if sys.version_info < (3, 11):
            return "ABSOLUTE" if opcode in dis.hasjabs else None
        return "BACKWARD" if "BACKWARD" in name and "NO_INTERRUPT" not in name else None
    if name == "LOAD_CONST":
        return "CONST"
    if name in ("LOAD_ATTR", "LOAD_METHOD"):
        return "ATTRIBUTE"
    if "LOAD_" not in name:
        return None
    if name == "LOAD_GLOBAL":
        return "GLOBAL" if sys.version_info >= (3, 11) else "NAME"
    if name == "STORE_FAST_LOAD_FAST":
        return "SECOND"
    if opcode in dis.haslocal:
        return "PAIR" if name.count("LOAD_FAST") == 2 else "LOCAL"
    if opcode in dis.hasfree:
        return "FREE"
    return "NAME" if name in ("LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS") else None


def _free_start(code: CodeType) -> int:
    """Before 3.11, cells and free variables are numbered apart from the locals."""
    return len(code.co_varnames) if sys.version_info < (3, 11) else 0


_ATTRIBUTE_SHIFT = int(sys.version_info >= (3, 12))
_CACHE = dis.opmap.get("CACHE", -1)
_KINDS = {
    opcode: kind for name, opcode in dis.opmap.items() if (kind := _kind(name, opcode)) is not None
}
