"""``if first[k] < 0: first[k] = i``: the first iteration to store to a place is kept."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.statements.note_store import note_store


def lift_kept_first(lifter: Lifter, statement: ast.If) -> bool:
    """Note the store, where its test says whether anything was stored there before."""
    match statement:
        case ast.If(
            test=ast.Compare(left=ast.Subscript() as asked, ops=[op], comparators=[unset]),
            body=[ast.Assign(targets=[ast.Subscript() as target], value=value)],
            orelse=[],
        ) if code.text(asked) == code.text(target):
            pass
        case _:
            return False
    made = lifter.initial.get(dotted(target.value))
    if made is None or made.fill is None or lifter.guard is not None:
        return False
    begins, limit = code.integer(made.fill), code.integer(unset)
    if begins is None or limit is None or begins >= 0:
        return False
    if not (isinstance(op, ast.Eq) and limit == begins) and not (
        isinstance(op, ast.Lt) and begins < limit <= 0
    ):
        return False
    lifted = lifter.lift(value)
    counter = lifted.counter
    if counter is None or counter.sign < 0:
        return False
    low = counter.axis.start + counter.offset
    if low.terms or low.constant < 0:
        return False
    note_store(lifter, target, lifted, None, form="first")
    return True
