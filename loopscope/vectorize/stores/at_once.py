"""Stores that read what another of them overwrites: ``x[:, 0], x[:, 1] = x[:, 1], x[:, 0]``."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code


def written_at_once(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return stores in a row as one assignment, where a value is of before the first of them.

    What an iteration stores and reads again is the value itself by now: elements that a value
    still reads are those that were there before the loop.
    """
    found: list[ast.stmt] = []
    for statement in statements:
        first = next((k for k, s in enumerate(found) if _overwrites(s, statement)), None)
        if first is None or not all(map(_is_store, found[first:])):
            found.append(statement)
            continue
        found[first:] = [_joined([*found[first:], statement])]
    return found


def _overwrites(store: ast.stmt, statement: ast.stmt) -> bool:
    """Whether a statement reads elements that an earlier store changes, beside its own."""
    match statement:
        case ast.Assign(targets=[ast.Subscript() as own], value=value):
            read = [n for n in ast.walk(value) if isinstance(n, ast.Subscript)]
            read = [n for n in read if code.text(n) != code.text(own)]
            return any(_overlap(t, n) for t in _targets(store) for n in read)
        case _:
            return False


def _overlap(target: ast.Subscript, read: ast.Subscript) -> bool:
    if not dotted(target.value) or dotted(target.value) != dotted(read.value):
        return False
    pairs = zip(_parts(target), _parts(read), strict=False)
    numbers = ((code.integer(a), code.integer(b)) for a, b in pairs)
    return not any(a is not None and b is not None and a != b for a, b in numbers)


def _parts(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _is_store(statement: ast.stmt) -> bool:
    return bool(_targets(statement))


def _targets(statement: ast.stmt) -> list[ast.Subscript]:
    match statement:
        case ast.Assign(targets=[ast.Subscript() as target]):
            return [target]
        case ast.Assign(targets=[ast.Tuple(elts=elts)], value=ast.Tuple()):
            return [e for e in elts if isinstance(e, ast.Subscript)]
        case _:
            return []


def _joined(statements: list[ast.stmt]) -> ast.stmt:
    targets: list[ast.expr] = [t for s in statements for t in _targets(s)]
    values = [v for s in statements if isinstance(s, ast.Assign) for v in _values(s)]
    return ast.Assign(
        targets=[ast.Tuple(targets, ast.Store())], value=code.tuple_of(values), lineno=0
    )


def _values(statement: ast.Assign) -> list[ast.expr]:
    match statement:
        case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple(elts=elts)):
            return elts
        case _:
            return [statement.value]
