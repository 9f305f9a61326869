"""``labels == g`` for each ``g`` of ``torch.unique(labels)``: the rows of each group."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value


def group_of_unique(
    lifter: Lifter, op: ast.cmpop, left: Value, right: Value, found: Value
) -> Value:
    """Return the mask ``found``, known to select a group where it does."""
    if not isinstance(op, ast.Eq):
        return found
    for labels, item in ((left, right), (right, left)):
        # Of floating-point labels some may be no number, which equals nothing.
        plain = labels.is_fixed and labels.rank == 1 and labels.dtype.startswith(("int", "uint"))
        if not plain or len(item.axes) != 1 or item.rank or not isinstance(item.code, ast.Name):
            continue
        owner = _inverse(lifter, item.code.id, code.text(labels.code))
        if owner is not None:
            return replace(found, selects=Members(item.axes[0], owner))
    return found


def _inverse(lifter: Lifter, name: str, labels: str) -> ast.expr | None:
    """Which of the unique values each label is; the statement that makes them is to give it."""
    for k, statement in enumerate(lifter.statements):
        match statement:
            case ast.Assign(targets=[ast.Name(id=known)], value=made) if known == name:
                of = _unique_of(made)
                if of is None or code.text(of) != labels:
                    return None
                owner = lifter.fresh("owner")
                pair = code.call("torch.unique", of, return_inverse=True)
                lifter.statements[k] = code.unpacking([name, owner], pair)
                return code.name(owner)
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=known), ast.Name(id=owner)])],
                value=ast.Call(args=[of]) as made,
            ) if known == name and code.text(made.func) == "torch.unique":
                return code.name(owner) if code.text(of) == labels else None
            case _:
                pass
    return None


def _unique_of(made: ast.expr) -> ast.expr | None:
    match made:
        case ast.Call(func=ast.Attribute(value=labels, attr="unique"), args=[], keywords=[]):
            return labels
        case ast.Call(func=function, args=[labels], keywords=[]) if (
            code.text(function) == "torch.unique"
        ):
            return labels
        case _:
            return None
