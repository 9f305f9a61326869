"""A statement too long to be read at once gets names for its parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from loopscope.vectorize import code
from loopscope.vectorize.finish.repeated import changed_in_place, evaluated, replaced

_LONGEST = 160  # two lines
_SHORTEST_PART = 40
_SUMS = {"index_add_", "scatter_add_", "index_put_"}


def with_named_parts(
    statements: list[ast.stmt], fresh: Callable[[str], str], known: Mapping[str, str]
) -> list[ast.stmt]:
    """Return the statements, long ones with names for sums by index and for masks.

    Args:
        statements: What is written in the place of one statement.
        fresh: Makes a name that nothing uses yet.
        known: Names that the user had for code: ``{"torch.arange(n)": "i"}``.
    """
    found: list[ast.stmt] = []
    for statement in statements:
        parts = {code.text(node): (node, wanted) for node, wanted in _parts(statement)}
        for text, (node, wanted) in parts.items():
            name = fresh(known.get(text) or wanted)
            found.append(code.assignment(name, node))
            statement = replaced(statement, node, name)
        found.append(statement)
    return found


def _parts(statement: ast.stmt) -> Iterator[tuple[ast.expr, str]]:
    """Yield what is to have a name of its own, and which: no part of another one."""
    if not isinstance(statement, ast.Assign | ast.AugAssign):
        return
    if len(code.text(statement)) <= _LONGEST:
        return
    whole = [statement.value, *_sides(statement.value)]
    changed = set(changed_in_place(statement))
    inside: set[ast.AST] = set()
    for node in evaluated(statement.value):
        name = _name_of(node)
        if not name or node in whole or node in inside or code.text(node) in changed:
            continue
        if len(code.text(node)) >= _SHORTEST_PART:
            inside.update(ast.walk(node))
            yield node, name


def _sides(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the tests that a mask is put together of: alone they say nothing."""
    match node:
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            for side in (left, right):
                yield side
                yield from _sides(side)
        case _:
            pass


def _name_of(node: ast.expr) -> str:
    """Return what one calls an expression; nothing where it has no plain name."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attr), args=args) if attr in _SUMS:
            return "counts" if any("ones" in code.text(arg) for arg in args) else "sums"
        case ast.Compare() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return "mask"
        case ast.Subscript(value=ast.Compare() | ast.BinOp(op=ast.BitAnd() | ast.BitOr())):
            return "mask"
        case _:
            return ""
