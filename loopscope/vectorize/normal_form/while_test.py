"""``while i + 3 < n`` is ``while i < n - 3``: what a counter is compared with."""

from __future__ import annotations

import ast

from loopscope.vectorize.linear import Linear, linear

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def solve_for_counter(node: ast.While) -> None:
    """Write the loop's first test with its counter alone on the left, in place."""
    match node.test, node.body[-1]:
        case ast.BoolOp(values=[ast.Compare(ops=[_]) as test, *_]), ast.AugAssign(
            target=ast.Name(id=name)
        ):
            _solve(test, name)
        case ast.Compare(ops=[_]) as test, ast.AugAssign(target=ast.Name(id=name)):
            _solve(test, name)
        case _:
            pass


def _solve(test: ast.Compare, name: str) -> None:
    (right,), (op,) = test.comparators, test.ops
    if type(op) not in _MIRRORED or (isinstance(test.left, ast.Name) and test.left.id == name):
        return
    left, over = linear(test.left), linear(right)
    factor = dict((left - over).terms).get(name, 0)
    if abs(factor) != 1 or _mentions(left - over, name):
        return
    rest = left - over - Linear(((name, factor),))
    test.left = ast.Name(id=name, ctx=ast.Load())
    test.comparators = [(-rest if factor == 1 else rest).code()]
    if factor == -1:
        test.ops = [_MIRRORED[type(op)]()]


def _mentions(number: Linear, name: str) -> bool:
    """Whether a term other than the counter itself reads it."""
    terms = [ast.parse(term, mode="eval") for term, _ in number.terms if term != name]
    return any(isinstance(n, ast.Name) and n.id == name for t in terms for n in ast.walk(t))


def parts_of_test(test: ast.expr) -> list[ast.expr]:
    """Return the tests that all have to hold: one, where there is no ``and``."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return values
        case _:
            return [test]
