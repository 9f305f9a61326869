"""Branches that leave: at the first match, and by a return."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators import choose
from loopscope.vectorize.value import Carry, NotLiftable, Value


def lift_first_match(lifter: Lifter, statement: ast.If) -> None:
    """``if p(x): found = …; break``: what the first iteration does in which the test holds."""
    condition = lift_condition(lifter, statement.test)
    before = dict(lifter.env)
    if lifter.stores or len(lifter.axes) != 1 or condition.axes != tuple(lifter.axes):
        raise NotLiftable("a break in a loop that does more than search")
    changed = [n for n, v in before.items() if v.carry is not None and v.carry.form != "keep"]
    if changed or lifter.axes[0].reverse:
        raise NotLiftable("a break in a loop that does more than search")
    lifter.lift_statements(statement.body[:-1])
    condition = lifter.bind("found", condition)
    for name, value in lifter.env.items():
        known = before.get(name)
        if known is value or known is None or known.carry is None:
            continue
        lifter.env[name] = replace(known, carry=Carry(name, "first", value, condition))


def lift_returning_branch(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> Value | None:
    """``if test: return a`` and what follows, as a choice."""
    condition = lift_condition(lifter, statement.test)
    before = dict(lifter.env)
    stores = len(lifter.stores)
    then = lifter.lift_statements([*statement.body, *rest])
    lifter.env = before
    orelse = lifter.lift_statements([*statement.orelse, *rest])
    if len(lifter.stores) != stores:
        raise NotLiftable("a helper that stores before it returns")
    if then is None or orelse is None:
        raise NotLiftable("a helper that returns nothing")
    return choose(lifter, condition, then, orelse)
