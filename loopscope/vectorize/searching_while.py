"""``while k < n and x[k] < v: k += 1`` is a ``for`` that is left at the first miss."""

from __future__ import annotations

import ast
import copy

from loopscope.vectorize import code
from loopscope.vectorize.value import NotLiftable

_STARTS = (ast.Constant, ast.Name, ast.BinOp, ast.operator, ast.expr_context)


def as_searching_for(node: ast.While, start: ast.expr) -> list[ast.stmt]:
    """Return the loop as a ``for`` over a counter of its own; the user's counts what was passed.

    Args:
        node: The loop; its last statement adds one to the name that its test compares first.
        start: What the name is before the loop.

    Raises:
        NotLiftable: The loop does not count, or counts elsewhere.
    """
    tests = _tests(node.test)
    name, stop = _bound(tests[0])
    *body, last = node.body
    match last:
        case ast.AugAssign(
            target=ast.Name(id=counted), op=ast.Add(), value=ast.Constant(value=1)
        ) if counted == name:
            pass
        case _:
            raise NotLiftable("a while loop that does not count")
    inside = [n for s in body for n in ast.walk(s)]
    stores = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if name in stores or node.orelse or any(isinstance(n, ast.Continue) for n in inside):
        raise NotLiftable("a while loop that does not count")
    if not all(isinstance(n, _STARTS) for n in ast.walk(start)):
        raise NotLiftable("a while loop that begins anywhere")
    misses: list[ast.stmt] = [
        ast.If(test=_opposite(test), body=[ast.Break()], orelse=[]) for test in tests[1:]
    ]
    moving = f"{name}_"
    bounds = [stop] if code.integer(start) == 0 else [start, stop]
    loop = ast.For(
        target=ast.Name(id=moving, ctx=ast.Store()),
        iter=code.call("range", *bounds),
        body=[*(_renamed(s, name, moving) for s in [*misses, *body]), last],
        orelse=[],
    )
    return [ast.fix_missing_locations(ast.copy_location(loop, node))]


def _bound(test: ast.expr) -> tuple[str, ast.expr]:
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt()], comparators=[stop]):
            return name, stop
        case _:
            raise NotLiftable("a while loop that does not count")


def _tests(test: ast.expr) -> list[ast.expr]:
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return values
        case _:
            return [test]


def _opposite(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _renamed(statement: ast.stmt, name: str, moving: str) -> ast.stmt:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.copy_location(code.name(moving), node) if node.id == name else node

    # A NodeTransformer is typed to return Any.
    return Rename().visit(copy.deepcopy(statement))  # type: ignore[no-any-return]
