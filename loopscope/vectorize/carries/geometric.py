"""A factor that grows or shrinks by the same number: ``weight *= gamma`` is ``gamma ** k``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.value import Axis, Counter, NotLiftable, Value, whole_number


def geometric(
    lifter: Lifter, name: str, body: list[ast.stmt], axis: Axis, before: Value | None
) -> tuple[Value | None, list[ast.stmt]]:
    """Return what the variable is in each iteration; ``None`` where it is no power.

    With it comes the body, without the update where all of it reads the variable before or after.
    What the variable is once the loop has ended is noted in the lifter's ``ends``.

    Args:
        lifter: The loop's header is bound.
        name: A carried variable.
        body: Of the loop.
        axis: The loop.
        before: What the variable was before the loop, where the loops around it know.
    """
    at, ratio = _update(name, body)
    factor = None if ratio is None or axis.reverse else _number(lifter, ratio)
    start = before or made_before(lifter, name, Value(code.name(name), kind="number"))
    if factor is None or start is None or start.kind != "number" or not start.is_fixed:
        return None, body
    rest = [*body[:at], *body[at + 1 :]]
    updated = not any(name in count_uses(s) for s in body[:at])
    if not updated and any(name in count_uses(s) for s in body[at + 1 :]):
        rest = body
    counted = replace(axis, start=Linear(), stop=linear(axis.size), step=1, step_name="")
    counter = Counter(counted, Linear((), int(updated)), numbered=True)
    number = replace(counter_value(counter), kind="number", dtype="int")
    lifter.dropped.add(name)
    lifter.used_ops += ["torch.cumprod", "torch.pow", "torch.arange"]
    value, lifter.ends[name] = (
        _times(lifter, start, combine(lifter, factor, ast.Pow(), exponent))
        for exponent in (number, whole_number(axis.size))
    )
    return value, rest


def _times(lifter: Lifter, start: Value, power: Value) -> Value:
    begins_with_one = isinstance(start.code, ast.Constant) and start.code.value == 1
    return power if begins_with_one else combine(lifter, start, ast.Mult(), power)


def _update(name: str, body: list[ast.stmt]) -> tuple[int, ast.expr | None]:
    """The only statement that sets the variable, and what it multiplies it by."""
    sets = [k for k, s in enumerate(body) if name in assigned_names([s])]
    if len(sets) != 1:
        return 0, None
    match body[sets[0]]:
        case ast.AugAssign(target=ast.Name(), op=ast.Mult(), value=ratio):
            pass
        case ast.Assign(
            targets=[ast.Name()],
            value=ast.BinOp(left=ast.Name(id=old), op=ast.Mult(), right=ratio),
        ) if old == name:
            pass
        case _:
            return 0, None
    return sets[0], ratio if isinstance(ratio, ast.Constant | ast.Name) else None


def _number(lifter: Lifter, ratio: ast.expr) -> Value | None:
    """A Python number that is the same in every iteration."""
    try:
        factor = lifter.lift(ratio)
    except NotLiftable:
        return None
    plain = factor.kind == "number" and factor.is_fixed and not factor.python
    return factor if plain and factor.dtype in ("int", "float") else None
