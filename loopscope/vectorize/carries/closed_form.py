"""Variables that follow from the iteration's number alone.

``weight *= gamma`` is ``gamma ** k``, ``sign = -sign`` is ``(-1) ** k``, ``flag = not flag`` is
``k % 2 == 0``, a place that is moved by ``p += 2`` is ``2 * k``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.operators.combine import combine, compare
from loopscope.vectorize.value import NotLiftable, Value, whole_number

Formula: TypeAlias = Callable[[Value], Value]
_ZERO, _ONE, _TWO = map(code.const, range(3))


def closed_form(
    lifter: Lifter, name: str, body: list[ast.stmt], axis: Axis, before: Value | None
) -> tuple[Value | None, list[ast.stmt]]:
    """Return what the variable is in each iteration; ``None`` where more than its number tells.

    With it comes the body, without the update where all of it reads the variable before or after.
    What the variable is once the loop has ended is noted in the lifter's ``ends``.

    Args:
        lifter: The loop's header is bound.
        name: A carried variable.
        body: Of the loop.
        axis: The loop.
        before: What the variable was before the loop, where the loops around it know.
    """
    at, update = _update(name, body)
    start = before or made_before(lifter, name, Value(code.name(name), kind="number"))
    known = start is not None and start.kind == "number" and start.is_fixed
    if update is None or start is None or not known or axis.reverse:
        return None, body
    formula = _position(lifter, name, update, start, body) if _is_place(name, body) else None
    formula = formula or _formula(lifter, name, update, start)
    if formula is None:
        return None, body
    rest = [*body[:at], *body[at + 1 :]]
    updated = not any(name in count_uses(s) for s in body[:at])
    if not updated and any(name in count_uses(s) for s in body[at + 1 :]):
        rest = body
    counted = replace(axis, start=Linear(), stop=linear(axis.size), step=1, step_name="")
    counter = Counter(counted, Linear((), int(updated)), numbered=True)
    lifter.dropped.add(name)
    lifter.ends[name] = formula(whole_number(axis.size))
    return formula(replace(counter_value(counter), kind="number", dtype="int")), rest


def _update(name: str, body: list[ast.stmt]) -> tuple[int, ast.expr | None]:
    """The only statement that sets the variable, and what it sets it to."""
    sets = [k for k, s in enumerate(body) if name in assigned_names([s])]
    if len(sets) != 1:
        return 0, None
    match body[sets[0]]:
        case ast.AugAssign(target=ast.Name(), op=op, value=value):
            return sets[0], ast.BinOp(code.name(name), op, value)
        case ast.Assign(targets=[ast.Name()], value=value):
            return sets[0], value
        case _:
            return 0, None


def _is_place(name: str, body: list[ast.stmt]) -> bool:
    """Whether a subscript is made of the variable."""
    subscripts = [n.slice for s in body for n in ast.walk(s) if isinstance(n, ast.Subscript)]
    return any(name in count_uses(place) for place in subscripts)


def _position(
    lifter: Lifter, name: str, update: ast.expr, start: Value, body: list[ast.stmt]
) -> Formula | None:
    """A place that each iteration moves on by as much: ``k += 1``."""
    begins = code.integer(start.code)
    match update:
        case ast.BinOp(left=ast.Name(id=old), op=ast.Add(), right=by) if (
            old == name and not count_uses(by).keys() & set(assigned_names(body))
        ):
            step = _number(lifter, by)
        case _:
            return None
    if step is None or step.dtype != "int" or begins is None:
        return None
    sign = ast.Add() if begins > 0 else ast.Sub()
    first = whole_number(code.const(abs(begins)))

    def position(number: Value) -> Value:
        once = code.integer(step.code) == 1
        moved = number if once else combine(lifter, number, ast.Mult(), step)
        return combine(lifter, moved, sign, first) if begins else moved

    return position


def _formula(lifter: Lifter, name: str, update: ast.expr, start: Value) -> Formula | None:
    """What the variable is after as many updates as a number says."""
    begins = start.code.value if isinstance(start.code, ast.Constant) else None
    match update:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name(id=old)) if old == name:
            return _powers(lifter, Value(code.const(-1), kind="number", dtype="int"), start)
        case ast.BinOp(left=ast.Name(id=old), op=ast.Mult(), right=ratio) if old == name:
            factor = _number(lifter, ratio)
            return None if factor is None else _powers(lifter, factor, start)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=old)) if (
            old == name and type(begins) is bool
        ):
            return _parity(lifter, even=begins)
        case ast.BinOp(ast.Constant(value=1), ast.Sub(), ast.Name(id=old)) | ast.BinOp(
            ast.Name(id=old), ast.BitXor(), ast.Constant(value=1)
        ) if old == name and type(begins) is int and begins in (0, 1):
            return _remainder(lifter, begins)
        case _:
            return None


def _powers(lifter: Lifter, factor: Value, start: Value) -> Formula:
    lifter.used_ops += ["torch.cumprod", "torch.pow", "torch.arange"]
    begins_with_one = isinstance(start.code, ast.Constant) and start.code.value == 1

    def power(number: Value) -> Value:
        made = combine(lifter, factor, ast.Pow(), number)
        return made if begins_with_one else combine(lifter, start, ast.Mult(), made)

    return power


def _remainder(lifter: Lifter, begins: int) -> Formula:
    """0 and 1 in turn, from either."""
    lifter.used_ops += ["torch.arange", "torch.remainder"]

    def remainder(number: Value) -> Value:
        moved = number if not begins else combine(lifter, number, ast.Add(), whole_number(_ONE))
        return combine(lifter, moved, ast.Mod(), whole_number(_TWO))

    return remainder


def _parity(lifter: Lifter, *, even: bool) -> Formula:
    """True in every other iteration, from the first or from the second on."""
    remainder = _remainder(lifter, 0)

    def parity(number: Value) -> Value:
        return compare(lifter, remainder(number), ast.Eq(), whole_number(_ZERO if even else _ONE))

    return parity


def _number(lifter: Lifter, ratio: ast.expr) -> Value | None:
    """A Python number that is the same in every iteration."""
    if not isinstance(ratio, ast.Constant | ast.Name | ast.UnaryOp):
        return None
    try:
        factor = lifter.lift(ratio)
    except NotLiftable:
        return None
    plain = factor.kind == "number" and factor.is_fixed and not factor.python
    return factor if plain and factor.dtype in ("int", "float") else None
