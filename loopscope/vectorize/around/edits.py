"""The rewrite as edits of whole lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.model.finding import Edit
from loopscope.source.loop import Loop
from loopscope.vectorize import code
from loopscope.vectorize.around.layout import laid_out
from loopscope.vectorize.around.region import RETURNED, Region
from loopscope.vectorize.around.setup_code import is_extent
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable


def written_edits(
    loop: Loop, region: Region, made: list[list[ast.stmt]], dropped: set[str]
) -> tuple[Edit, ...]:
    """Return the edits that put the rewrite in the place of the region.

    Args:
        loop: The loop, with its file's lines.
        region: What is replaced.
        made: New statements for each of the region's statements.
        dropped: Names whose initialisation the rewrite makes dead.

    Raises:
        NotLiftable: A statement shares a line with other code.
    """
    dead = _dead(region, dropped)
    gone = (*dead, *region.spent, *_unread_extents(region, dead, made))
    edits = [Edit(s.lineno, _end(s), "") for s in gone]
    for statement, replacement in zip(region.statements, made, strict=True):
        new = "".join(
            laid_out(_with_return(s), loop.lines, statement.col_offset) for s in replacement
        )
        above = loop.lines[statement.lineno - 2].rstrip() if statement.lineno > 1 else ""
        if not above or above.endswith(":"):
            new = new.removeprefix("\n")
        edits.append(Edit(statement.lineno, _end(statement), new))
    for edit in edits:
        _check_whole_lines(loop, region, edit)
    return tuple(_joined(sorted(edits, key=lambda e: e.start_line)))


def _unread_extents(
    region: Region, dead: list[ast.stmt], made: list[list[ast.stmt]]
) -> Iterator[ast.stmt]:
    """Yield ``longest = max(len(x) for x in xs)`` that only what is gone has read."""
    if isinstance(region.function, ast.Module):
        return
    read = {name for group in made for s in group for name in count_uses(s)}
    mentions = [n.id for n in ast.walk(region.function) if isinstance(n, ast.Name)]
    outer = (n for n in ast.walk(region.function) if isinstance(n, ast.Global | ast.Nonlocal))
    read |= {name for declared in outer for name in declared.names}
    for statement in region.block[: region.at]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_extent(value):
                own = sum(count_uses(s).get(name, 0) for s in (*dead, *region.statements))
                if name not in read and mentions.count(name) == own + 1:
                    yield statement
            case _:
                pass


def _dead(region: Region, dropped: set[str]) -> list[ast.stmt]:
    """Initialisations all of whose names are made anew."""
    found: dict[int, tuple[ast.stmt, set[str]]] = {}
    for name, made in region.initial.items():
        found.setdefault(id(made.statement), (made.statement, set()))[1].add(name)
    dead = []
    for statement, names in found.values():
        assigned = {
            code.text(t)
            for n in ast.walk(statement)
            if isinstance(n, ast.Assign)
            for target in n.targets
            for t in (target.elts if isinstance(target, ast.Tuple | ast.List) else [target])
        }
        alone = not any(
            other is not statement
            and other.lineno <= _end(statement)
            and _end(other) >= statement.lineno
            for other in region.block
        )
        if assigned <= dropped and names and alone:
            dead.append(statement)
    return dead


def _with_return(statement: ast.stmt) -> ast.stmt:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == RETURNED:
            return ast.Return(value=value)
        case _:
            return statement


def _joined(edits: list[Edit]) -> list[Edit]:
    joined: list[Edit] = []
    for edit in edits:
        if joined and joined[-1].end_line + 1 == edit.start_line:
            last = joined.pop()
            edit = Edit(last.start_line, edit.end_line, last.text + edit.text)
        joined.append(edit)
    return joined


def _check_whole_lines(loop: Loop, region: Region, edit: Edit) -> None:
    for statement in region.block:
        shares = statement.lineno <= edit.end_line and _end(statement) >= edit.start_line
        inside = edit.start_line <= statement.lineno and _end(statement) <= edit.end_line
        if shares and not inside:
            raise NotLiftable("a statement that shares a line with another")
    before = loop.lines[edit.start_line - 1]
    if before[: len(before) - len(before.lstrip())] != before[: _indent(region)]:
        raise NotLiftable("a statement that shares a line with another")


def _indent(region: Region) -> int:
    return region.statement.col_offset


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno
