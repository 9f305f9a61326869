"""Breaks that spare iterations which would change nothing: ``found = True`` before ``break``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from loopscope.vectorize.around.liveness import reads_any
from loopscope.vectorize.names import assigned_names


def without_flag_breaks(node: ast.For, later: Sequence[ast.AST]) -> None:
    """Take such breaks out of a loop and of those inside it, in place.

    Args:
        node: The outermost loop.
        later: What may run after it.
    """
    for loop in [n for n in ast.walk(node) if isinstance(n, ast.For)][::-1]:
        flag = _only_flag(loop)
        if flag is None:
            continue
        others = _others(loop, flag)
        outside = any(_is_mentioned_outside(name, loop, node) for name in others)
        if not outside and not reads_any(others, later):
            loop.body = _without_breaks(loop.body)


def _only_flag(loop: ast.For) -> str | None:
    """The one variable that a loop with breaks is there to set, always to the same."""
    found, nodes = {*_raised(loop)}, ast.walk(loop)
    if len(found) != 1 or not any(isinstance(n, ast.Break) for n in nodes):
        return None
    ((flag, raised),) = found
    leaving = ast.Name(flag) if raised else ast.UnaryOp(ast.Not(), ast.Name(flag))
    return flag if _is_plain(loop.body, flag, ast.unparse(leaving)) else None


def _raised(loop: ast.For) -> Iterator[tuple[str, bool]]:
    for node in ast.walk(loop):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Constant(value=bool() as value)
            ):
                yield name, value


def _is_plain(body: list[ast.stmt], flag: str, leaving: str) -> bool:
    """Whether it does nothing but set the flag and variables of its own."""
    for before, statement in zip([None, *body], body, strict=False):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if _reads(flag, value) or (name == flag and not isinstance(value, ast.Constant)):
                    return False
            case ast.Break():
                if not (isinstance(before, ast.Assign) and ast.unparse(before.targets[0]) == flag):
                    return False
            case ast.If(test=test, body=[ast.Break()], orelse=[]) if ast.unparse(test) == leaving:
                pass
            case ast.If(test=test, body=inner, orelse=orelse):
                plain = all(_is_plain(block, flag, leaving) for block in (inner, orelse))
                if _reads(flag, test) or not plain:
                    return False
            case ast.For(iter=iterable, body=inner, orelse=[]):
                if _reads(flag, iterable) or not _is_plain(inner, flag, leaving):
                    return False
            case _:
                return False
    return True


def _reads(name: str, node: ast.AST) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def _others(loop: ast.For, flag: str) -> set[str]:
    """Variables that hold something else when the loop is not left early."""
    return {*assigned_names([loop])} - {flag}


def _is_mentioned_outside(name: str, loop: ast.For, node: ast.For) -> bool:
    def mentions(tree: ast.AST) -> int:
        return sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree))

    return mentions(node) > mentions(loop)


def _without_breaks(body: list[ast.stmt]) -> list[ast.stmt]:
    left: list[ast.stmt] = []
    for statement in body:
        match statement:
            case ast.Break() | ast.If(body=[ast.Break()]):
                continue
            case ast.If(body=inner, orelse=orelse):
                statement.body = _without_breaks(inner)
                statement.orelse = _without_breaks(orelse)
            case ast.For(body=inner):
                statement.body = _without_breaks(inner)
            case _:
                pass
        left.append(statement)
    return left
