"""Two loops over a triangle of pairs, as one loop over the pairs' indices."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.picked import pick
from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class Triangle:
    """``for i in range(rows): for j in range(i + offset, columns)`` or ``range(i + offset)``."""

    row: str
    column: str
    upper: bool
    rows: ast.expr
    columns: ast.expr
    offset: int
    body: list[ast.stmt]


def read_triangle(node: ast.For) -> Triangle | None:
    """Return the triangle that a loop and the one in it walk over; ``None`` where they do not."""
    *before, inner = node.body
    if not isinstance(inner, ast.For) or inner.orelse:
        return None
    if not all(isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) for s in before):
        return None
    match node.target, node.iter, inner.target, inner.iter:
        case (
            ast.Name(id=row),
            ast.Call(func=ast.Name(id="range"), args=[rows], keywords=[]),
            ast.Name(id=column),
            ast.Call(func=ast.Name(id="range"), args=bounds, keywords=[]),
        ) if len(bounds) < 3:
            pass
        case _:
            return None
    low, high = (bounds[0], bounds[1]) if len(bounds) == 2 else (code.const(0), bounds[0])
    first, second = linear(low), linear(high)
    body = [*before, *inner.body]
    if (row, 1) in first.terms and row not in {t for t, _ in second.terms}:
        rest = first - Linear(((row, 1),))
        if rest.terms or _mentions(high, row):
            return None
        return Triangle(row, column, True, rows, high, rest.constant, body)
    if first.is_zero and (row, 1) in second.terms:
        rest = second - Linear(((row, 1),))
        if rest.terms:
            return None
        columns = (linear(rows) + Linear((), rest.constant - 1)).code()
        return Triangle(row, column, False, rows, columns, rest.constant - 1, body)
    return None


def bind_triangle(lifter: Lifter, triangle: Triangle) -> Axis:
    """Write the pairs' indices and bind both counters to them."""
    rows, columns = lifter.fixed(triangle.rows), lifter.fixed(triangle.columns)
    row, column = lifter.fresh(triangle.row), lifter.fresh(triangle.column)
    function = "torch.triu_indices" if triangle.upper else "torch.tril_indices"
    keywords = {"offset": triangle.offset} if triangle.offset else {}
    lifter.used_ops += [function, "advanced_indexing", "torch.combinations"]
    made = code.call(function, rows, columns, **keywords)
    lifter.statements.append(code.unpacking((row, column), made))
    size = code.call("len", code.name(row))
    axis = Axis(row, lifter.order, Linear(), Linear(((code.text(size), 1),)), size, over=row)
    lifter.order += 1
    lifter.axes.append(axis)
    seen = [lifter.what(bound) for bound in (triangle.rows, triangle.columns)]
    sides = ((triangle.row, row, rows), (triangle.column, column, columns))
    for (name, index, count), bound in zip(sides, seen, strict=True):
        length = bound.value if bound is not None and isinstance(bound.value, int) else None
        side = Axis(index, lifter.order, Linear(), linear(count), count, length)
        lifter.order += 1
        value = Value(code.name(index), (axis,), 0, "tensor", "int64")
        lifter.env[name] = pick(value, counter_value(Counter(side)), (index,))
    return axis


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))
