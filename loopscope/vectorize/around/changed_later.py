"""Results that code after a loop changes in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import dotted
from loopscope.vectorize.around.region import Region, later_code


def changed_later(region: Region) -> tuple[str, ...]:
    """Return the names of what later code may change in place.

    Backward refuses a tensor that an op kept for it and that was changed since: what a loop stores
    item by item is kept by none, what one op gives may be. And a view of what is changed changes.
    """
    changed = {n for later in later_code(region) for node in ast.walk(later) for n in _in(node)}
    return tuple(sorted(changed - {""}))


def _in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(ctx=ast.Store()):
            yield _owner(node)
        case ast.AugAssign(target=target):
            yield _owner(target)
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if _changes(name):
            yield _owner(owner)
            yield from map(_owner, node.args)
        case ast.keyword(arg="out", value=value):
            yield _owner(value)
        case _:
            return


def _changes(method: str) -> bool:
    return method.endswith("_") and not method.endswith("__")


def _owner(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return dotted(node)
