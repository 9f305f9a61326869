"""Ranges that begin or end elsewhere in each iteration around them: one for all, and a mask."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import NotLiftable, Value, align


@dataclass(frozen=True, slots=True)
class _Bound:
    """Where ranges begin, or where they end.

    Attributes:
        of_all: The first place where one begins, or the last where one ends.
        each: That of each iteration around; ``None`` where it is the same in all of them.
    """

    of_all: Linear
    each: Value | None = None


def bind_uneven(
    lifter: Lifter,
    target: ast.expr,
    start: ast.expr,
    stop: ast.expr,
    *,
    step: int = 1,
    reverse: bool = False,
) -> Axis | None:
    """Bind a counter that runs from the first begin to the last end, and return its axis.

    What lies outside of an iteration's own range is masked out.

    Args:
        lifter: Where the counter is bound.
        target: What the header binds.
        start: Where each range begins.
        stop: Where each ends.
        step: The counter's step, positive.
        reverse: It runs from the last to the first.

    Returns:
        ``None`` where all ranges begin and end at the same place.

    Raises:
        NotLiftable: The bounds are no plain numbers.
    """
    first, last = lifter.lift(start), lifter.lift(stop)
    if first.is_fixed and last.is_fixed:
        return None
    if step != 1 and not first.is_fixed:
        raise NotLiftable("steps from elsewhere in each iteration")
    begin = _begin(lifter, start, first)
    end = _end(lifter, stop, last)
    if end.each is not None and not begin.of_all.is_zero:
        lifter.assume(f"{code.text(end.of_all.code())} >= {code.text(begin.of_all.code())}")
    size = (end.of_all - begin.of_all).code()
    seen = lifter.what(stop) if end.each is None else None
    goes_to = seen.value if seen is not None and isinstance(seen.value, int) else None
    length = None if goes_to is None or begin.of_all.terms else goes_to - begin.of_all.constant
    if step != 1:
        bounds = [b.code() for b in (begin.of_all, end.of_all)]
        size = code.call("len", code.call("range", *bounds, code.const(step)))
    axis = new_axis(
        lifter, target, begin.of_all, end.of_all, size, length, step=step, reverse=reverse
    )
    counter = counter_value(Counter(axis))
    lifter.used_ops += ["torch.arange", "broadcasting"]
    inside = _inside(counter, begin.each, end.each)
    if begin.each is None and begin.of_all.is_zero and step == 1 and not reverse:
        inside = replace(inside, counts=end.each)
    lifter.limits[axis.order] = inside
    if isinstance(target, ast.Name):
        lifter.known_names.setdefault(code.text(counter.code), target.id)
    bind_target(lifter, target, replace(counter, kind="number", dtype="int"))
    return axis


def one_more(bound: ast.expr) -> ast.expr:
    """Return ``bound + 1``: where a range that runs backward ends if it is turned around."""
    match bound:
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=1)):
            return left
        case _ if (number := code.integer(bound)) is not None:
            return code.const(number + 1)
        case _:
            return ast.BinOp(bound, ast.Add(), code.const(1))


def _begin(lifter: Lifter, bound: ast.expr, value: Value) -> _Bound:
    if value.is_fixed:
        return _Bound(linear(value.code))
    _check(value)
    if value.counter is not None:
        return _Bound(value.counter.axis.start + value.counter.offset, value)
    begins = _named(lifter, bound, "begins")
    least = max(linear(value.code).constant, 0)
    test = ast.Compare(begins.code, [ast.GtE()], [code.const(least)])
    lifter.assume(code.text(code.method(test, "all")))
    return _Bound(Linear((), least), begins)


def _end(lifter: Lifter, bound: ast.expr, value: Value) -> _Bound:
    if value.is_fixed:
        return _Bound(linear(value.code))
    _check(value)
    if value.counter is not None:
        return _Bound(value.counter.axis.stop + value.counter.offset - Linear((), 1), value)
    ends = _named(lifter, bound, "ends")
    longest = lifter.bind("longest", Value(code.call("int", code.method(ends.code, "max"))))
    return _Bound(Linear(((code.text(longest.code), 1),)), ends)


def _check(bound: Value) -> None:
    """Raise where a bound is no number of each iteration, or a counter that goes by itself."""
    plain = bound.carry is None and bound.members is None and bound.mask is None
    if bound.rank or not plain or bound.kind == "other":
        raise NotLiftable("an inner loop whose length differs between iterations")
    counter = bound.counter
    if counter is not None and (counter.sign != 1 or counter.also or counter.axis.step != 1):
        raise NotLiftable("an inner loop that begins and ends elsewhere in each iteration")


def _named(lifter: Lifter, bound: ast.expr, wanted: str) -> Value:
    """A bound of the range under the name that the user gave it."""
    value = lifter.lift(bound)
    if isinstance(value.code, ast.Name):
        return value
    if not isinstance(bound, ast.Name):
        return lifter.bind(wanted, value)
    named = lifter.env[bound.id] = lifter.bind(bound.id, value)
    return named


def _inside(counter: Value, begins: Value | None, ends: Value | None) -> Value:
    """Where the counter is in the range of each iteration."""
    bounds = [b for b in (begins, ends) if b is not None]
    axes = union([counter.axes, *(b.axes for b in bounds)])
    tests = [
        ast.Compare(align(counter, axes, 0), [op], [align(bound, axes, 0)])
        for op, bound in ((ast.GtE(), begins), (ast.Lt(), ends))
        if bound is not None
    ]
    return Value(_all(tests), axes, 0, "tensor", "bool")


def _all(tests: Sequence[ast.expr]) -> ast.expr:
    made = tests[0]
    for test in tests[1:]:
        made = code.binary(made, ast.BitAnd(), test)
    return made
