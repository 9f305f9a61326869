"""Groups that are not empty: a test for it holds for each row, and a mean is a number."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_HOLDS = ((ast.Gt, 0), (ast.NotEq, 0), (ast.GtE, 1))
_FAILS = ((ast.Eq, 0), (ast.Lt, 1), (ast.LtE, 0))


def is_filled(lifter: Lifter, test: Value, members: Members) -> bool:
    """Whether a test holds wherever a group, or a list, has items: ``len(items) > 0``."""
    node, is_negated = lifter.written_out(test.code), False
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        node, is_negated = lifter.written_out(node.operand), not is_negated
    match node:
        case ast.Compare(left=size, ops=[op], comparators=[ast.Constant(value=int(number))]):
            known = _FAILS if is_negated else _HOLDS
            return code.text(size) in _sizes(lifter, members) and (type(op), number) in known
        case _:
            return False


def assume_means(lifter: Lifter, node: ast.expr) -> None:
    """Take for granted that each group has a mean: Python's ``max`` skips what is no number."""
    quotients = [n for n in ast.walk(lifter.defined(node)) if isinstance(n, ast.BinOp)]
    for counts in (lifter.defined(q.right) for q in quotients if isinstance(q.op, ast.Div)):
        if isinstance(counts, ast.Call) and code.text(counts.func) == "torch.bincount":
            lifter.assume(f"bool({code.text(counts)}.all())")


def _sizes(lifter: Lifter, members: Members) -> set[str]:
    """How the groups' sizes are written."""
    owner = members.owner
    counted = code.call("torch.bincount", owner, minlength=members.axis.size)
    known = lifter.owners.get(f"rows of {code.text(owner)}")
    return {code.text(counted), *([code.text(known.code)] if known is not None else [])}
