"""Names for a part of a tensor that is then changed: ``row = out[i]; row[k] = v``."""

from __future__ import annotations

import ast
import copy
from typing import TypeGuard

from loopscope.source.loop import dotted
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.value import NotLiftable


def without_views(loop: ast.For) -> None:
    """Put the part itself where such a name stands, in place: ``out[i][k] = v``.

    Raises:
        NotLiftable: A part of what the body makes is changed, and the whole is read.
    """
    for name, (statement, part) in _views(loop).items():
        _Substitute(name, part, statement).visit(loop)


def _views(loop: ast.For) -> dict[str, tuple[ast.stmt, ast.Subscript]]:
    changed = {name for node in ast.walk(loop) for name in _changed(node)}
    taken = {id(n.value) for n in ast.walk(loop) if isinstance(n, ast.Subscript)}
    whole = {n.id for n in ast.walk(loop) if _is_read(n) and id(n) not in taken}
    headers = [n.target for n in ast.walk(loop) if isinstance(n, ast.For)]
    counters = {n.id for t in headers for n in ast.walk(t) if isinstance(n, ast.Name)}
    inside = {n for n in assigned_names(loop.body) if n not in counters or _bindings(loop, n) > 1}
    found: dict[str, tuple[ast.stmt, ast.Subscript]] = {}
    for node in ast.walk(loop):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as part) if (
                name in changed and _bindings(loop, name) == 1 and dotted(part.value)
            ):
                read = {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}
                if not read & inside and not dotted(part.value).endswith(".shape"):
                    found[name] = (node, part)
                elif (made := dotted(part.value)) in inside & whole:
                    raise NotLiftable(f"{name} is a part of {made}, and is changed in place")
            case _:
                pass
    return found


def _is_read(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _changed(node: ast.AST) -> list[str]:
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return [name]
        case ast.AugAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr.endswith(
            "_"
        ) and not attr.endswith("__"):
            return [name]
        case _:
            return []


def _bindings(loop: ast.For, name: str) -> int:
    """How often a name is bound anew; ``+=`` changes what it is bound to."""
    augmented = {id(n.target) for n in ast.walk(loop) if isinstance(n, ast.AugAssign)}
    return sum(
        isinstance(n, ast.Name)
        and n.id == name
        and isinstance(n.ctx, ast.Store)
        and id(n) not in augmented
        for n in ast.walk(loop)
    )


class _Substitute(ast.NodeTransformer):
    def __init__(self, name: str, part: ast.Subscript, statement: ast.stmt) -> None:
        self.name, self.part, self.statement = name, part, statement

    def visit(self, node: ast.AST) -> ast.AST | None:
        """Drop the assignment; put the part where the name stands."""
        if node is self.statement:
            return None
        if isinstance(node, ast.Name) and node.id == self.name:
            part = copy.deepcopy(self.part)
            part.ctx = node.ctx
            return ast.copy_location(part, node)
        return self.generic_visit(node)
