"""An extremum that is written as a branch."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.source.replace import replace
from loopscope.source.scope import Scope
from loopscope.source.tests import without_none_test
from loopscope.source.update import converted


@dataclass(frozen=True, slots=True)
class Extremum:
    """``if x > best: best, k = x, i``.

    Attributes:
        name: ``best``.
        value: ``max(best, x)``.
        others: What else the statement assigns: ``k = i``.
    """

    name: str
    value: ast.expr
    others: tuple[ast.stmt, ...]


def as_extremum(statement: ast.stmt, test: ast.expr, scope: Scope) -> Extremum | None:
    """Return the extremum that ``statement`` keeps under ``test``; ``None`` for others.

    The name can also be the place of the extremum: ``if x[i] > x[k]: k = i``.
    """
    test = without_none_test(test)
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = list(zip(targets, values, strict=False))
        case ast.Assign(targets=[target], value=value):
            pairs = [(target, value)]
        case _:
            return None
    for target, value in pairs:
        name = dotted(target)
        call = _call(name, test, value, scope) if name else None
        if call is not None:
            others = [ast.Assign([t], v) for t, v in pairs if t is not target]
            return Extremum(name, call, tuple(others))
    return None


def _call(name: str, test: ast.expr, value: ast.expr, scope: Scope) -> ast.expr | None:
    match test:
        case ast.Compare(
            left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op], comparators=[right]
        ):
            left, right, value = (scope.expand(e, keep=name) for e in (left, right, value))
            left, right, new = map(converted, (left, right, value))
        case _:
            return None

    def is_same(side: ast.expr, other: ast.expr) -> bool:
        """Whether ``side`` is ``other`` once the name has the new value."""
        put = replace(side, lambda node: dotted(node) == name, new)
        return ast.unparse(side) != ast.unparse(other) == ast.unparse(put)

    grows = isinstance(op, ast.Gt | ast.GtE)
    if is_same(left, right):
        grows = not grows
    elif not is_same(right, left):
        return None
    function = ast.Name("max" if grows else "min", ast.Load())
    return ast.Call(function, [ast.parse(name, mode="eval").body, value], [])
