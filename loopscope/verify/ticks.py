"""Stop code that iterates for too long, at an iteration's beginning."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

TICK = "__loopscope_tick__"
EACH = "__loopscope_each__"


class OutOfTicksError(BaseException):
    """The code ran more iterations than it may. Not an ``Exception``: user code catches those."""


class OutOfTimeError(BaseException):
    """The code ran longer than it may."""


class Ticker:
    """Counts iterations and raises where there are too many.

    Args:
        limit: Iterations allowed, over all loops of the code.
        deadline_ns: When to stop, by ``clock``.
        clock: Nanoseconds, from any beginning.
    """

    def __init__(self, limit: int, deadline_ns: int, clock: Callable[[], int]) -> None:
        self.count = 0
        self._limit, self._deadline_ns, self._clock = limit, deadline_ns, clock

    def tick(self) -> bool:
        """Count an iteration. Always true, so that it can stand in a condition."""
        self.count += 1
        if self.count > self._limit:
            raise OutOfTicksError
        if self._clock() > self._deadline_ns:
            raise OutOfTimeError
        return True

    def each(self, items: Iterable[object]) -> Iterator[object]:
        """Yield the items, one tick each."""
        for item in items:
            self.tick()
            yield item


def count_iterations(tree: ast.Module) -> ast.Module:
    """Return the code with a tick in every iteration of its loops and comprehensions."""
    _Instrument().visit(tree)  # in place: a module stays a module
    return ast.fix_missing_locations(tree)


class _Instrument(ast.NodeTransformer):
    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        tick = ast.Call(func=ast.Name(id=TICK, ctx=ast.Load()), args=[], keywords=[])
        node.test = ast.BoolOp(op=ast.And(), values=[tick, node.test])
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node


def _each(items: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=EACH, ctx=ast.Load()), args=[items], keywords=[])
