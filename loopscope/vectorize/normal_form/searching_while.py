"""``while k < n and x[k] < v: k += 1`` is a ``for`` that is left at the first miss."""

from __future__ import annotations

import ast
import copy

from loopscope.source.counters import is_size
from loopscope.vectorize import code
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.normal_form.while_test import parts_of_test
from loopscope.vectorize.value import NotLiftable


def as_searching_for(node: ast.While, start: ast.expr) -> list[ast.stmt]:
    """Return the loop as a ``for`` over a counter of its own; the user's counts what was passed.

    Args:
        node: The loop; its last statement moves by one the name that its test compares first.
        start: What the name is before the loop.

    Raises:
        NotLiftable: The loop does not count, or counts elsewhere.
    """
    tests = parts_of_test(node.test)
    name, stop, down = _bound(tests[0])
    *body, last = node.body
    match last:
        case ast.AugAssign(target=ast.Name(id=counted), op=op, value=ast.Constant(value=1)) if (
            counted == name and isinstance(op, ast.Sub if down else ast.Add)
        ):
            pass
        case _:
            raise NotLiftable("a while loop that does not count")
    inside = [n for s in body for n in ast.walk(s)]
    stores = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if name in stores or node.orelse or any(isinstance(n, ast.Continue) for n in inside):
        raise NotLiftable("a while loop that does not count")
    if not _is_number(start):
        raise NotLiftable("a while loop that begins anywhere")
    misses: list[ast.stmt] = [
        ast.If(test=_opposite(test), body=[ast.Break()], orelse=[]) for test in tests[1:]
    ]
    bounds = [stop] if code.integer(start) == 0 and not down else [copy.deepcopy(start), stop]
    if not down:
        return [_search(node, name, [*misses, *body, last], bounds)]
    passed = f"{name}_passed"
    moved = f"{name} = {code.text(start)} - {passed}"
    begin, step, end = ast.parse(f"{passed} = 0; {passed} += 1; {moved}").body
    for statement in (begin, step, end):
        ast.copy_location(statement, last)
    bounds.append(code.const(-1))
    return [begin, _search(node, name, [*misses, *body, step], bounds), end]


def _search(node: ast.While, name: str, body: list[ast.stmt], bounds: list[ast.expr]) -> ast.stmt:
    *inner, last = body
    moving = f"{name}_"
    loop = ast.For(
        target=ast.Name(id=moving, ctx=ast.Store()),
        iter=code.call("range", *bounds),
        body=[*(_renamed(s, name, moving) for s in inner), last],
        orelse=[],
    )
    return ast.fix_missing_locations(ast.copy_location(loop, node))


def _bound(test: ast.expr) -> tuple[str, ast.expr, bool]:
    """The counter, the first number that it does not come to, and whether it counts down."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt()], comparators=[stop]):
            return name, stop, False
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Gt()], comparators=[stop]):
            return name, stop, True
        case ast.Compare(left=ast.Name(id=name), ops=[ast.GtE()], comparators=[last]):
            return name, (linear(last) - Linear((), 1)).code(), True
        case _:
            raise NotLiftable("a while loop that does not count")


def _is_number(start: ast.expr) -> bool:
    """Whether it is plain to see that a number is no item of a tensor: ``n - 1``."""
    match start:
        case ast.BinOp(left=left, right=right):
            return _is_number(left) and _is_number(right)
        case _:
            return isinstance(start, ast.Name) or is_size(start)


def _opposite(test: ast.expr) -> ast.expr:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case _:
            return ast.UnaryOp(op=ast.Not(), operand=test)


def _renamed(statement: ast.stmt, name: str, moving: str) -> ast.stmt:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.copy_location(code.name(moving), node) if node.id == name else node

    # A NodeTransformer is typed to return Any.
    return Rename().visit(copy.deepcopy(statement))  # type: ignore[no-any-return]
