"""Tensors that a loop stores to by way of their items: ``for row in out: row[k] = v``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from loopscope.source.loop import dotted


def walked_tensors(statement: ast.stmt, stored: Set[str]) -> set[str]:
    """Return the names that a loop's header walks with items that are stored to."""
    if not isinstance(statement, ast.For):
        return set()
    pairs = _items(statement.target, statement.iter)
    return {whole for item, whole in pairs if item in stored and whole}


def _items(target: ast.expr, iterable: ast.expr) -> Iterator[tuple[str, str]]:
    """Each variable of a header and the name of what it walks."""
    match target, iterable:
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=args) if len(
            elts
        ) == len(args):
            for element, arg in zip(elts, args, strict=True):
                yield from _items(element, arg)
        case ast.Tuple(elts=[_, element]), ast.Call(func=ast.Name(id="enumerate"), args=[arg, *_]):
            yield from _items(element, arg)
        case ast.Name(id=item), _:
            yield item, dotted(iterable)
        case _:
            return
