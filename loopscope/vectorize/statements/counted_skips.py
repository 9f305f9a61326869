"""Items that are left out, and counted: ``if p.grad is None: skipped += 1; continue``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.carries.reduced import with_start
from loopscope.vectorize.carries.update import is_kept
from loopscope.vectorize.each_item import keep_items, number_of_items
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.value import Value


def lift_counted_skip(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> bool:
    """Count the items that a test leaves out, and go on with the others.

    Returns ``False``, with nothing done, where that is not what the statement does.
    """
    counting, last = statement.body[:-1], statement.body[-1:]
    if not counting or not isinstance(last[0], ast.Continue) or statement.orelse:
        return False
    steps: dict[str, int] = {}
    for part in counting:
        match part:
            case ast.AugAssign(
                target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=int(step))
            ) if _is_unchanged(lifter, name) and name not in steps:
                steps[name] = step
            case _:
                return False
    used = {*assigned_names(rest), *(n for s in [statement.test, *rest] for n in count_uses(s))}
    number = number_of_items(lifter, statement.test)
    if number is None or used & steps.keys():
        return False
    if not keep_items(lifter, statement.test, negate=True):
        return False
    for name, step in steps.items():
        made = number if step == 1 else code.binary(code.const(step), ast.Mult(), number)
        total = Value(made, kind="number", dtype="int")
        lifter.env[name] = with_start(lifter, "add", total, None, name)
    return True


def _is_unchanged(lifter: Lifter, name: str) -> bool:
    """Whether a carried variable is what it was when the iteration began."""
    return is_kept(lifter.env.get(name))
