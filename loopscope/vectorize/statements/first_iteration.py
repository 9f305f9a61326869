"""A variable that is ``None`` until the first iteration sets it."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable


def lift_first_iteration(lifter: Lifter, statement: ast.If) -> bool:
    """``if total is None: total = x`` ``else: total = total + x``."""
    match statement.test:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            name = dotted(left)
        case _:
            return False
    known = lifter.env.get(name)
    if known is None or known.carry is None or known.carry.form != "keep":
        return False
    before = dict(lifter.env)
    lifter.depth += 1  # both branches are lifted: no name may be assigned anew
    lifter.lift_statements(statement.body)
    first = lifter.env[name]
    lifter.env = before
    lifter.lift_statements(statement.orelse)
    lifter.depth -= 1
    update = lifter.env[name]
    if first.carry is not None or update.carry is None or update.carry.form == "keep":
        raise NotLiftable(f"{name} is set in the first iteration only")
    lifter.env[name] = replace(update, carry=replace(update.carry, first=first))
    return True
