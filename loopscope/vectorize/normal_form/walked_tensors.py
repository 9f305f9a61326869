"""Tensors that a loop walks and changes: their items are views, ``for row in out: row[k] = v``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from loopscope.source.loop import dotted
from loopscope.vectorize.names import count_uses, names_changed_in_place
from loopscope.vectorize.value import NotLiftable


def walked_tensors(statement: ast.stmt, stored: Set[str]) -> set[str]:
    """Return the names that a loop's header walks with items that are stored to."""
    if not isinstance(statement, ast.For):
        return set()
    pairs = walked_items(statement.target, statement.iter)
    items = ((p.id, dotted(whole)) for p, whole in pairs if isinstance(p, ast.Name))
    return {whole for item, whole in items if item in stored and whole}


def check_walked(statement: ast.stmt) -> None:
    """Check that no loop changes as a whole what it walks: the items to come change with it.

    Raises:
        NotLiftable: One does, ``for v in x: x -= v``.
    """
    for loop in (n for n in ast.walk(statement) if isinstance(n, ast.For)):
        match loop.iter:
            case ast.Call(func=ast.Name(id="range")):
                continue
            case _:
                walked = count_uses(loop.iter).keys()
        for name in sorted(walked & names_changed_in_place(loop)):
            raise NotLiftable(f"{name} of one iteration is read by the next")


def walked_items(target: ast.expr, iterable: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each part of a header's target and what it walks."""
    match target, iterable:
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args) if len(
            elts
        ) == len(args):
            for element, arg in zip(elts, args, strict=True):
                yield from walked_items(element, arg)
        case ast.Tuple(elts=[_, element]), ast.Call(func=ast.Name(id="enumerate"), args=[arg, *_]):
            yield from walked_items(element, arg)
        case _:
            yield target, iterable
