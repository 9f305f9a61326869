"""Which source a rewrite is argued from, beside the loop itself."""

from __future__ import annotations

import ast
from typing import TypeAlias

from loopscope.model.premise import Premise
from loopscope.source.loop import dotted
from loopscope.vectorize.prepare import Prepared

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def find_premises(prepared: Prepared) -> tuple[Premise, ...]:
    """Return the function around the loop, and the helpers that it calls, as they were.

    The function says what is read later and which names are taken; at module level that is the
    whole file.
    """
    lines = prepared.loop.lines
    around = _outermost_function(prepared.loop.module, prepared.region.statement)
    if around is None:
        return (Premise.of(lines, 1, None),)
    needed = [around, *(f for f in _called(prepared) if f is not around)]
    return tuple(Premise.of(lines, _first_line(f), f.end_lineno) for f in needed)


def _outermost_function(module: ast.Module, statement: ast.stmt) -> Function | None:
    found = [
        node
        for node in ast.walk(module)
        if isinstance(node, Function) and any(inner is statement for inner in ast.walk(node))
    ]
    return min(found, key=lambda node: node.lineno, default=None)


def _called(prepared: Prepared) -> list[ast.FunctionDef]:
    """Helpers that the loop names, and those that these name."""
    found: list[ast.FunctionDef] = []
    unread: list[ast.stmt] = list(prepared.region.statements)
    while unread:
        nodes = ast.walk(unread.pop())
        names = {dotted(n) for n in nodes if isinstance(n, ast.Name | ast.Attribute)}
        new = [f for name, f in prepared.functions.items() if name in names and f not in found]
        found += new
        unread += new
    return found


def _first_line(function: Function) -> int:
    return min([function.lineno, *(d.lineno for d in function.decorator_list)])
