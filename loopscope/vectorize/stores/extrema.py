"""Extrema that are kept in a tensor: ``out[i] = max(out[i], x)``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.carries.forms import is_infinite
from loopscope.vectorize.carries.passing import may_be_nan
from loopscope.vectorize.carries.start import join_start
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value, align

EXTREMA = ("max", "min")


def extremum_from(
    lifter: Lifter, form: str, initial: Initial, value: Value, dtype: str
) -> ast.expr | None:
    """Return the greater of what a tensor was made as and of all that is stored.

    ``None`` where it is not known what it was made as, or what is stored may be no number.
    """
    start = initial.value(dtype)
    if start is None or may_be_nan(lifter, value.code):
        return None
    value = cast(value, dtype) if value.dtype != dtype else value
    if is_infinite(initial.fill, form):
        return value.code
    lifter.used_ops.append("Tensor.clamp" if start.kind == "number" else f"torch.{form}imum")
    return join_start(form, start, replace(value, counter=None)).code


def grown_in_place(
    lifter: Lifter, form: str, target: ast.expr, value: Value, guard: Value | None
) -> ast.stmt:
    """Return ``out[:] = torch.maximum(out, x)``, or that where the guard holds.

    Raises:
        NotLiftable: The guard depends on more than the tensor has places for, or what is stored
            may be no number, which no test passes.
    """
    if may_be_nan(lifter, value.code):
        raise NotLiftable("an extremum of what may be no number")
    lifter.used_ops.append(f"torch.{form}imum")
    made: ast.expr = code.call(f"torch.{form}imum", target, value.code)
    if guard is not None:
        if not {*guard.axes} <= {*value.axes} or guard.rank > value.rank:
            raise NotLiftable("an extremum that is kept in some iterations only")
        lifter.used_ops.append("torch.where")
        made = code.call("torch.where", align(guard, value.axes, value.rank), made, target)
    place = target if isinstance(target, ast.Subscript) else code.subscript_all(target)
    return code.assignment(place, made)
