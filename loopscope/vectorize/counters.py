"""Counters: sums and products of them, and their index tensors."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.known import Apart
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import Value, align


def counter_value(counter: Counter) -> Value:
    """A counter as an index tensor."""
    axis = counter.axis
    if counter.also is not None:
        one = counter_value(replace(counter, also=None))
        two = counter_value(Counter(counter.also))
        both = union([(axis, counter.also)])
        both_code = code.binary(align(one, both, 0), ast.Add(), align(two, both, 0))
        return Value(both_code, both, 0, "tensor", "int64")
    low, high = axis.start + counter.offset, axis.stop + counter.offset
    if counter.sign == 1:
        bounds = [high.code()] if low.is_zero and axis.step == 1 else [low.code(), high.code()]
        if axis.step != 1:
            bounds.append(axis.step_code)
        made: ast.expr = code.call("torch.arange", *bounds)
    else:
        plain = counter_value(Counter(axis))
        made = code.binary(counter.offset.code(), ast.Sub(), plain.code)
    return Value(made, (axis,), 0, "tensor", "int64", counter=counter)


def counted(value: Value) -> tuple[Axis, Linear] | None:
    """A loop, and what its counter's value is more than the number of the iteration.

    ``None`` for what is no counter, runs the other way, or is one of several loops.
    """
    counter = value.counter
    if counter is None or counter.also is not None or counter.sign != 1 or counter.axis.step != 1:
        return None
    return counter.axis, counter.axis.start + counter.offset


def counts_up(value: Value) -> bool | None:
    """Whether a value grows from each iteration to the next; ``None`` where it is no counter."""
    counter = value.counter
    if counter is None or counter.also is not None or value.axes not in ((), (counter.axis,)):
        return None
    return (counter.sign > 0) != counter.axis.reverse


def moved_counter(left: Value, op: ast.operator, right: Value) -> Value | None:
    """``i + c``, ``i - c`` and ``c - i`` are counters; the code is kept for other uses."""
    made = code.binary(left.code, op, right.code)
    match left.counter, right.counter, op:
        case Counter(also=None) as one, Counter(also=None) as two, ast.Add() if (
            one.sign == two.sign == 1
            and one.axis != two.axis
            and one.axis.step == two.axis.step == 1
        ):
            outer, inner = sorted((one, two), key=lambda c: c.axis.order)
            both = (outer.axis, inner.axis)
            moved = Counter(outer.axis, one.offset + two.offset, 1, inner.axis)
            made = code.binary(align(left, both, 0), op, align(right, both, 0))
            return Value(made, both, 0, "number", "int", counter=moved)
        case Counter() as counter, None, ast.Add() | ast.Sub() if right.is_fixed:
            change = linear(right.code)
            change = change if isinstance(op, ast.Add) else -change
            moved = replace(counter, offset=counter.offset + change)
        case None, Counter() as counter, ast.Add() if left.is_fixed:
            moved = replace(counter, offset=counter.offset + linear(left.code))
        case None, Counter(also=None) as counter, ast.Sub() if left.is_fixed:
            offset = linear(left.code) - counter.offset
            moved = replace(counter, offset=offset, sign=-counter.sign)
        case _:
            return None
    if (left if left.is_fixed else right).dtype not in ("int", ""):
        return None
    return Value(made, (moved.axis,), 0, "number", "int", counter=moved)


def with_distance(made: Value, left: Value, op: ast.operator, right: Value) -> Value:
    """``i - j``, ``i - j + c`` and ``c + i - j``, whose code is kept for other uses."""
    match left.counter, right.counter, op:
        case Counter(also=None, sign=1) as one, Counter(also=None, sign=1) as two, ast.Sub() if (
            one.axis.order < two.axis.order and one.axis.step == two.axis.step == 1
        ):
            offset = one.offset - two.offset
            counter = Counter(one.axis, offset, also=two.axis, also_sign=-1)
            return replace(made, apart=Apart(made.code, counter))
        case _:
            pass
    known = left.apart
    if known is None or known.code is not left.code or not right.is_fixed:
        return made
    if right.dtype != "int" or not isinstance(op, ast.Add | ast.Sub):
        return made
    change = linear(right.code) if isinstance(op, ast.Add) else -linear(right.code)
    moved = replace(known.counter, offset=known.counter.offset + change)
    return replace(made, apart=Apart(made.code, moved))


def divided_counter(left: Value, op: ast.operator, right: Value) -> Value | None:
    """``g // size`` where ``g`` takes steps of ``size``: the number of the iteration."""
    counter = left.counter
    if not isinstance(op, ast.FloorDiv) or counter is None or counter.also is not None:
        return None
    axis, first = counter.axis, counter.axis.start + counter.offset
    by_step = code.text(right.code) == code.text(axis.step_code) and right.is_fixed
    if not by_step or counter.sign != 1 or axis.step == 1 or axis.reverse:
        return None
    if first.terms or (first.constant and (axis.step_name or first.constant % axis.step)):
        return None
    counted = replace(axis, start=Linear(), stop=linear(axis.size), step=1, step_name="")
    first = Linear((), first.constant // axis.step)
    number = counter_value(Counter(counted, first, numbered=True))
    return replace(number, kind="number", dtype="int")


def two_digits(left: Value, op: ast.operator, right: Value) -> tuple[Axis, Axis] | None:
    """``i * n + j`` with ``j`` below ``n``: every number once."""
    for high, low in ((left, right), (right, left)):
        counter = low.counter
        if not isinstance(op, ast.Add) or high.scaled is None or counter is None:
            continue
        axis, scale, offset = high.scaled
        plain = counter.sign == 1 and counter.also is None and counter.offset.is_zero
        starts = axis.start.is_zero and counter.axis.start.is_zero and offset.is_zero
        steps = axis.step == counter.axis.step == 1 and axis != counter.axis
        if plain and starts and steps and code.text(scale) == code.text(counter.axis.size):
            return axis, counter.axis
    return None


def scaled_counter(
    left: Value, op: ast.operator, right: Value
) -> tuple[Axis, ast.expr, Linear] | None:
    """``i * d``, ``(i + 1) * d`` and ``i * d + c``."""
    for counted, fixed in ((left, right), (right, left)):
        if not fixed.is_fixed or fixed.kind != "number":
            continue
        if isinstance(op, ast.Mult) and counted.counter is not None and counted.counter.sign == 1:
            offset = counted.counter.offset
            if offset.terms or counted.counter.also is not None or counted.counter.numbered:
                return None
            move = linear(code.binary(code.const(offset.constant), ast.Mult(), fixed.code))
            number = code.integer(fixed.code)
            if offset.constant == 1:
                move = linear(fixed.code)
            elif not offset.constant:
                move = Linear()
            elif number is not None:
                move = Linear((), offset.constant * number)
            return counted.counter.axis, fixed.code, move
        if isinstance(op, ast.Add) and counted.scaled is not None:
            axis, scale, offset = counted.scaled
            return axis, scale, offset + linear(fixed.code)
    return None


def rolled_counter(left: Value, op: ast.operator, right: Value) -> tuple[Axis, int] | None:
    """``(i + 1) % n`` where ``i`` counts to ``n``."""
    counter = left.counter
    if not isinstance(op, ast.Mod) or counter is None or not right.is_fixed:
        return None
    axis, offset = counter.axis, counter.offset
    plain = counter.sign == 1 and counter.also is None and axis.step == 1 and axis.start.is_zero
    if not plain or offset.terms or code.text(right.code) != code.text(axis.size):
        return None
    return axis, offset.constant
