"""Assertions and raises of each iteration, made for all of them before the loop's own work."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.negated import negated
from loopscope.vectorize.operators.combine import logic
from loopscope.vectorize.value import NotLiftable, Value


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


def lift_raise(lifter: Lifter, statement: ast.If) -> list[ast.stmt] | None:
    """Write ``if (x < 0).any(): raise ...`` for a branch that does nothing else.

    Returns the other branch, which is left to lift; ``None`` where none of the two raises.

    Raises:
        NotLiftable: What is raised says of which iteration.
    """
    match statement:
        case ast.If(body=[ast.Raise() as error], orelse=rest):
            test = lift_condition(lifter, statement.test)
        case ast.If(body=rest, orelse=[ast.Raise() as error]):
            test = negated(lift_condition(lifter, statement.test))
        case _:
            return None
    if test.carry is not None or test.rank or _reads_what_moves(lifter, error):
        raise NotLiftable("an error of one iteration")
    if lifter.guard is not None and not lifter.guard.is_fixed:
        test = logic(lifter, lifter.guard, ast.BitAnd(), test)
    lifter.statements.append(ast.If(_at_any(test), [error], []))
    return rest


def _at_any(test: Value) -> ast.expr:
    return code.method(test.code, "any") if test.axes else test.code


def _reads_what_moves(lifter: Lifter, error: ast.Raise) -> bool:
    names = [n for n in ast.walk(error) if isinstance(n, ast.Name)]
    return any(dotted(n) in lifter.env for n in names)
