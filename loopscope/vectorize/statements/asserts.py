"""Assertions of each iteration, made of all of them at once, before the loop's own work."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable


def lift_assert(lifter: Lifter, statement: ast.Assert) -> None:
    """Write ``assert (x > 0).all()`` for ``assert v > 0`` of each ``v``.

    Raises:
        NotLiftable: It is made in some iterations only, or its message says of which one.
    """
    if lifter.guard is not None or not isinstance(statement.msg, ast.Constant | None):
        raise NotLiftable("an assertion of some iterations")
    test = lift_condition(lifter, statement.test)
    if test.carry is not None or test.rank:
        raise NotLiftable("an assertion that is not understood")
    made = code.method(test.code, "all") if test.axes else test.code
    lifter.statements.append(ast.Assert(test=made, msg=statement.msg))
