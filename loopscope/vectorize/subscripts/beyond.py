"""Reads behind the last item, which a test keeps the loop from: ``if t + 1 < n: x[t + 1]``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import Value


def items_beyond(lifter: Lifter, counter: Counter, size: int | None) -> Linear | None:
    """How many iterations, the last ones, would read behind the end; ``None`` for none.

    The loop ran, so these iterations do not read there: what they find does not matter.
    """
    axis = counter.axis
    if size is None or axis.length is None or axis.step != 1 or counter.sign != 1:
        return None
    low = observed(lifter, axis.start + counter.offset)
    if low is None or low < 0 or low + axis.length <= size:
        return None
    over = low + axis.length - size
    low_code = axis.start + counter.offset
    return low_code if low_code.terms and low == over else Linear((), over)


def padded(
    lifter: Lifter, made: ast.expr, over: Linear, position: int, rank: int, counter: Counter
) -> ast.expr:
    """Zeros in the place of what is behind the end.

    Args:
        lifter: Where what is assumed is noted.
        made: The items that there are.
        over: How many there are not.
        position: The dimension.
        rank: Number of dimensions.
        counter: What runs over the dimension.
    """
    axis = counter.axis
    if over.terms or over.constant > 1:
        lifter.assume(f"{code.text(over.code())} <= {code.text(axis.size)}")
    prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
    widths = [code.const(0)] * (2 * (rank - position) - 1) + [over.code()]
    lifter.used_ops.append("torch.nn.functional.pad")
    return code.call(f"{prefix}.pad", made, code.tuple_of(widths))


def filled_in(lifter: Lifter, test: Value, then: Value, orelse: Value) -> ast.expr | None:
    """The items that there are, and what a test takes in the place of those that are not.

    ``torch.where(t == n - 1, last, pad(x[1:], (0, 1)))`` is ``torch.cat([x[1:], last[None]])``;
    before the first item, likewise. ``None`` for any other choice.
    """
    edge, negated = _edge(lifter.written_out(test.code))
    if not edge or len(test.axes) != 1:
        return None
    inner, outer = (then, orelse) if negated else (orelse, then)
    made = lifter.written_out(inner.code)
    items = _without_pad(made) if edge == "last" else _without_roll(made)
    if items is None or inner.axes != test.axes or outer.rank > inner.rank:
        return None
    if outer.is_fixed and outer.kind == "number":
        return _filled_with(inner, made, outer) if edge == "last" else None
    if outer.rank != inner.rank or outer.dtype != inner.dtype:
        return None
    if outer.axes == test.axes:
        part = (
            ast.Slice(lower=code.const(-1)) if edge == "last" else ast.Slice(upper=code.const(1))
        )
        one = code.subscript(outer.code, [part])
    elif outer.is_fixed:
        one = code.in_a_row(outer.code)
    else:
        return None
    parts = [items, one] if edge == "last" else [one, items]
    return code.call("torch.cat", code.list_of(parts))


def _filled_with(inner: Value, made: ast.expr, number: Value) -> ast.expr | None:
    """``F.pad(x[1:], (0, 1), value=number)``."""
    floats = inner.dtype.startswith(("float", "bfloat"))
    if floats and code.text(number.code) in ("0", "0.0"):
        return inner.code
    alike = floats or (inner.dtype.startswith("int") and number.dtype == "int")
    if not alike or not isinstance(made, ast.Call):
        return None
    return code.call(made.func, *made.args, value=number.code)


def _edge(node: ast.expr) -> tuple[str, bool]:
    """``last`` or ``first`` where a test of the counter is about that iteration only.

    With it, whether the test holds in all others.
    """
    match node:
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            edge, negated = _edge(operand)
            return edge, not negated
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            counted = _counted(left)
        case _:
            return "", False
    if counted is None:
        return "", False
    first, last = counted
    to_last, to_first = linear(right) - last, linear(right) - first
    match op, to_last.constant if not to_last.terms else None:
        case (ast.Eq(), 0) | (ast.GtE(), 0) | (ast.Gt(), -1):
            return "last", False
        case (ast.NotEq(), 0) | (ast.Lt(), 0) | (ast.LtE(), -1):
            return "last", True
    match op, to_first.constant if not to_first.terms else None:
        case (ast.Eq(), 0) | (ast.LtE(), 0) | (ast.Lt(), 1):
            return "first", False
        case (ast.NotEq(), 0) | (ast.Gt(), 0) | (ast.GtE(), 1):
            return "first", True
    return "", False


def _counted(node: ast.expr) -> tuple[Linear, Linear] | None:
    """What ``torch.arange(n) + c`` begins and ends with."""
    offset = Linear()
    match node:
        case ast.BinOp(left=ast.Call() as counted, op=ast.Add() | ast.Sub() as sign, right=moved):
            offset = linear(moved) if isinstance(sign, ast.Add) else -linear(moved)
        case ast.Call() as counted:
            pass
        case _:
            return None
    if code.text(counted.func) != "torch.arange" or counted.keywords or len(counted.args) > 2:
        return None
    *start, stop = (linear(a) for a in counted.args)
    return (start[0] if start else Linear()) + offset, stop + offset - Linear((), 1)


def _without_roll(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(
            func=ast.Attribute(value=items, attr="roll"), args=[by, dim], keywords=[]
        ) if code.integer(by) == 1 and code.integer(dim) == 0:
            return code.subscript(items, [ast.Slice(upper=code.const(-1))])
        case _:
            return None


def _without_pad(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="pad"), args=[items, ast.Tuple(elts=[*none, one])]
        ) if code.integer(one) == 1 and all(code.integer(n) == 0 for n in none):
            return items
        case _:
            return None


def observed(lifter: Lifter, value: Linear) -> int | None:
    """A sum as it was; ``None`` where a term is no number that was seen."""
    total = value.constant
    for term, coefficient in value.terms:
        seen = lifter.loaded.get(term)
        if seen is None or not isinstance(seen.value, int):
            return None
        total += coefficient * seen.value
    return total
