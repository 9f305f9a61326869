"""Slices of one length that begin a few places apart: ``x[a:b]`` and ``y[a + 1:b + 1]``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.span_masks import assume_equal
from loopscope.vectorize.spans import length_of, span_mask
from loopscope.vectorize.value import Value


def in_step(lifter: Lifter, values: Sequence[Value]) -> list[Value]:
    """Return values whose slices stand at the same places, where they begin apart.

    Those that begin later lose their first places, the others their last: ``y[:, 1:]`` meets
    ``x[:, :-1]``.
    """
    masked = [v for v in values if v.mask is not None and v.mask.span is not None]
    shifts = [_shift(masked[0].mask, v.mask) for v in masked]
    known = [s for s in shifts if s is not None]
    if len(known) < len(shifts) or len(set(known)) < 2:
        return list(values)
    least, most = min(known), max(known)
    first = masked[known.index(least)]
    if first.mask is None or first.mask.span is None:
        return list(values)
    for value in masked:
        if value.mask is not None and value.mask.span is not None:
            assume_equal(lifter, linear(first.mask.span.size), linear(value.mask.span.size))
    lower, upper = first.mask.bounds
    if lower is not None:
        _assume_not_negative(lifter, lower)
    last = masked[known.index(most)].mask
    if last is not None and last.span is not None and last.bounds[1] is not None:
        _assume_inside(lifter, last.bounds[1], last.span.size)
    size = (linear(first.mask.span.size) - Linear((), most - least)).code()
    mask = replace(span_mask(lifter, (lower, upper), size), bounds=(lower, upper))
    cut = {id(v): _cut(v, s - least, most - s, mask) for v, s in zip(masked, known, strict=True)}
    return [cut.get(id(v), v) for v in values]


def _shift(first: Value | None, other: Value | None) -> int | None:
    """By how much a slice begins and ends behind another; ``None`` where that differs."""
    if first is None or other is None or first.axes != other.axes:
        return None
    if len(first.bounds) != 2 or len(other.bounds) != 2:
        return None
    moved = [_difference(a, b) for a, b in zip(first.bounds, other.bounds, strict=True)]
    ends = (first.bounds[1], other.bounds[1])
    if moved[0] is None or moved[0] != moved[1] or (None in ends and moved[0]):
        return None
    return moved[0]


def _difference(one: Value | None, other: Value | None) -> int | None:
    ends = []
    for bound in (one, other):
        if bound is not None and isinstance(bound.code, ast.UnaryOp):
            return None  # it counts from the end
        known = Linear() if bound is None else length_of(bound)
        ends.append(linear(bound.code) if known is None and bound is not None else known)
    if ends[0] is None or ends[1] is None:
        return None
    difference = ends[1] - ends[0]
    return None if difference.terms else difference.constant


def _cut(value: Value, front: int, back: int, mask: Value) -> Value:
    part = ast.Slice(
        lower=code.const(front) if front else None, upper=code.const(-back) if back else None
    )
    made = _sliced(value.code, len(value.axes) + value.masked, len(value.axes) + value.rank, part)
    return replace(value, code=made, mask=mask, counter=None, fill=None, zeroed=None, factors=None)


def _sliced(node: ast.expr, at: int, rank: int, part: ast.Slice) -> ast.expr:
    """``f(x[:, 1:])`` for ``f(x)[:, 1:]`` where ``f`` does the same to each place."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=inner, attr="unsqueeze") as function, args=[dim]
        ) if (code.integer(dim) or 0) > at:
            made = ast.Attribute(_sliced(inner, at, rank - 1, part), function.attr, ast.Load())
            return ast.Call(made, [dim], [])
        case ast.Call(func=function, args=[inner], keywords=[ast.keyword("dim", dim)]) if (
            code.text(function).rpartition(".")[2] in ("softmax", "log_softmax")
            and (number := code.integer(dim)) is not None
            and number % rank != at
        ):
            inner = _sliced(inner, at, rank, part)
            return ast.Call(function, [inner], [ast.keyword("dim", dim)])
        case _:
            return code.subscript(node, [*[code.FULL] * at, part])


def _assume_inside(lifter: Lifter, bound: Value, size: ast.expr) -> None:
    """A slice that ends behind the end is shorter: one place would be taken for all."""
    counter = bound.counter
    if counter is not None:
        last = counter.axis.stop - Linear((), 1) if counter.sign == 1 else -counter.axis.start
        over = last + counter.offset - linear(size)
        if over.terms or over.constant > 0:
            lifter.assume(f"{code.text((last + counter.offset).code())} <= {code.text(size)}")
        return
    inside = ast.Compare(bound.code, [ast.LtE()], [size])
    test = code.method(inside, "all") if bound.axes else inside
    lifter.assume(code.text(code.call("bool", test)))


def _assume_not_negative(lifter: Lifter, bound: Value) -> None:
    if bound.counter is None and code.integer(bound.code) is None:
        inside = ast.Compare(bound.code, [ast.GtE()], [code.const(0)])
        test = code.method(inside, "all") if bound.axes else inside
        lifter.assume(code.text(code.call("bool", test)))
