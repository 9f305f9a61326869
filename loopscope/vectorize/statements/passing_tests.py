"""``if hidden[k] or d >= best: continue``: the rest runs where an extremum moves."""

from __future__ import annotations

import ast

from loopscope.source.tests import joined
from loopscope.vectorize.carries.passing import may_be_nan
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.negated import negated
from loopscope.vectorize.statements.branches import lift_branches
from loopscope.vectorize.statements.carried_tests import is_carried
from loopscope.vectorize.statements.opposite_order import is_order, turned_over
from loopscope.vectorize.statements.temporaries import named_test
from loopscope.vectorize.value import NotLiftable


def lift_passing(lifter: Lifter, test: ast.expr, rest: list[ast.stmt]) -> bool:
    """Lift the rest of a body that is left out where ``test`` holds.

    Returns ``False``, with nothing done, where the test is of no extremum.

    Raises:
        NotLiftable: What is compared may be no number: the rest would run.
    """
    either = isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or)
    values = test.values if isinstance(test, ast.BoolOp) and either else [test]
    carried = [v for v in values if is_carried(lifter, v)]
    if len(carried) != 1 or not is_order(carried[0]):
        return False
    others = [v for v in values if v is not carried[0]]
    if others:
        runs = named_test(lifter, negated(lift_condition(lifter, joined(others, ast.Or()))))
        skips = ast.If(carried[0], [ast.Continue()], [])
        lift_branches(lifter, runs, [skips, *rest], [])
        return True
    passes = lift_condition(lifter, turned_over(carried[0]))
    term = passes.carry.term if passes.carry is not None else None
    if term is None or may_be_nan(lifter, term.code):
        raise NotLiftable("a test of a carried variable")
    lift_branches(lifter, passes, rest, [])
    return True
