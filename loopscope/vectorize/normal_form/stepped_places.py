"""A place that each iteration moves on: before ``p += 2``, ``x[p]`` is ``x[2 * i]``."""

from __future__ import annotations

import ast
from collections.abc import Callable

from loopscope.vectorize import code
from loopscope.vectorize.additions import addition
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.region import Region, later_code
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place


def without_stepped_place(node: ast.For, region: Region, fresh: Callable[[str], str]) -> str:
    """Write such a place by the iteration's number, in place; return its name, or ``""``.

    Args:
        node: The loop.
        region: What stands around it.
        fresh: Makes a name that nothing uses yet.
    """
    later = later_code(region)
    for at, statement in enumerate(node.body):
        moved = addition(statement)
        if moved is None or not isinstance(moved[1], ast.Constant | ast.Name):
            continue
        name, step = moved
        begun = region.initial.get(name)
        first = code.integer(begun.code) if begun is not None else None
        others = [*node.body[:at], *node.body[at + 1 :]]
        if first is None or not _is_place(name, others) or is_read_first(name, later):
            continue
        if not _is_alone(node, others, {name, *count_uses(step)}):
            continue
        number = _number(node, fresh)
        after = code.binary(number, ast.Add(), code.const(1))
        here, there = _place(number, step, first), _place(after, step, first)
        node.body = [
            put_in_place(name, here if k < at else there, other) for k, other in enumerate(others)
        ]
        ast.fix_missing_locations(node)
        return name
    return ""


def _is_place(name: str, statements: list[ast.stmt]) -> bool:
    """Whether a subscript is made of the variable."""
    parts = [n.slice for s in statements for n in ast.walk(s) if isinstance(n, ast.Subscript)]
    return any(name in count_uses(part) for part in parts)


def _is_alone(node: ast.For, others: list[ast.stmt], names: set[str]) -> bool:
    """Whether the update is made in each iteration, and nothing else sets what it is made of."""
    targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    leaves = (ast.Continue, ast.Break, ast.Return)
    if any(isinstance(n, leaves) for s in others for n in ast.walk(s)):
        return False
    return not (names & targets or (names | targets) & {*assigned_names(others)})


def _number(node: ast.For, fresh: Callable[[str], str]) -> ast.expr:
    """The name of the iteration's number; where the header has none, it gets one."""
    match node.iter, node.target:
        case ast.Call(func=ast.Name(id="range"), args=[_], keywords=[]), ast.Name(id=index):
            pass
        case (
            ast.Call(func=ast.Name(id="enumerate"), args=[_], keywords=[]),
            ast.Tuple(elts=[ast.Name(id=index), _]),
        ):
            pass
        case iterable, target:
            index = fresh("i")
            node.iter = code.call("enumerate", iterable)
            node.target = ast.Tuple([ast.Name(index, ast.Store()), target], ast.Store())
    return code.name(index)


def _place(number: ast.expr, step: ast.expr, first: int) -> ast.expr:
    moved = number if code.integer(step) == 1 else code.binary(number, ast.Mult(), step)
    sign = ast.Add() if first > 0 else ast.Sub()
    return code.binary(moved, sign, code.const(abs(first))) if first else moved
