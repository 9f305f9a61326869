"""Loops that end before their iterable does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.facts import Inner
from loopscope.source.header import read_headers
from loopscope.source.loop import COMPREHENSIONS, LoopNode, dotted


def leaves_early(node: LoopNode) -> bool:
    """Whether a ``break`` of this loop, or a ``return``, is in its body."""
    if isinstance(node, COMPREHENSIONS):
        return False
    returns = any(isinstance(n, ast.Return) for s in node.body for n in ast.walk(s))
    return returns or any(isinstance(s, ast.Break) for s in _own(node.body))


def ends_here(statements: list[ast.stmt]) -> bool:
    """Whether nothing below a block runs after it: it ends with ``continue`` or the like."""
    match statements:
        case [*_, ast.Continue() | ast.Break() | ast.Return() | ast.Raise()]:
            return True
        case [*_, ast.If(body=body, orelse=orelse)]:
            return ends_here(body) and ends_here(orelse)
        case _:
            return False


def fills_a_list(node: LoopNode) -> bool:
    """Whether it is ``while len(out) < n`` with one ``out.append`` an iteration: it counts."""
    if not isinstance(node, ast.While):
        return False
    match node.test:
        case ast.Compare(left=ast.Call(func=ast.Name(id="len"), args=[filled]), ops=[_]):
            name = dotted(filled)
        case _:
            return False
    touched = [
        n for s in node.body for n in ast.walk(s) if isinstance(n, ast.expr) and dotted(n) == name
    ]
    appended = [s for s in node.body if _appends_to(s, name)]
    in_places = {
        n.value
        for s in node.body
        for n in ast.walk(s)
        if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Load)
    }
    others = [n for n in touched if n not in in_places]
    return bool(name) and len(appended) == 1 and len(others) == 1 and not leaves_early(node)


def _appends_to(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value, attr="append"))):
            return dotted(value) == name
        case _:
            return False


def inner_ending(node: LoopNode, counters: frozenset[str]) -> Inner | None:
    """Return why an inner loop ends early; ``None`` where each runs its course."""
    for inner in ast.walk(node):
        match inner:
            case ast.For() if inner is not node and leaves_early(inner):
                return Inner.SEARCH
            case ast.While() if inner is not node:
                if read_headers(inner)[0].indices and not leaves_early(inner):
                    continue
                only_steps = all(_moves_on(s, counters) for s in inner.body)
                return Inner.SEARCH if only_steps else Inner.CONVERGENCE
    return None


def _moves_on(statement: ast.stmt, counters: frozenset[str]) -> bool:
    match statement:
        case ast.AugAssign(target=ast.Name(id=name)):
            return name in counters
        case ast.If(body=body, orelse=orelse):
            return any(isinstance(s, ast.Break) for s in (*body, *orelse))
        case _:
            return isinstance(statement, ast.Pass)


def _own(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements down to inner loops, whose ``break`` is their own; their ``else`` is ours."""
    for statement in statements:
        yield statement
        if not isinstance(statement, ast.For | ast.AsyncFor | ast.While):
            for block in ("body", "orelse", "finalbody"):
                yield from _own(getattr(statement, block, []))
            for handler in getattr(statement, "handlers", []):
                yield from _own(handler.body)
