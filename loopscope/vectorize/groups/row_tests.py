"""Tests beside ``owner == k``: for the rows of group ``k`` they say the same of ``owner``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.groups.joined import counted_rows
from loopscope.vectorize.known import Compared, Members
from loopscope.vectorize.value import NotLiftable, Value


def with_test(rows: Members, test: Value) -> Members | None:
    """Return the rows of each group that a test holds for; ``None`` where it says more.

    ``(owner == k) & (other != k)`` are the rows of ``owner[other != owner]``.
    """
    if rows.outer or test.rank != rows.deep or test.dtype != "bool":
        return None
    if rows.edges is not None and not test.is_fixed:
        return None
    every = all_rows(rows)
    held = _at_rows(test, every)
    if held is None:
        return None
    if rows.where is not None:
        held = code.binary(rows.where, ast.BitAnd(), held)
    return replace(rows, owner=code.subscript(every.owner, [held]), where=held)


def all_rows(rows: Members) -> Members:
    """Return the groups of all rows, those included for which a test does not hold."""
    match rows.owner:
        case ast.Subscript(value=owner) if rows.where is not None:
            return replace(rows, owner=owner, where=None)
        case _:
            return rows


def compared(value: Value) -> Compared | None:
    """Return what a test compares; ``None`` for any other."""
    found = value.compared
    return found if found is not None and found.code is value.code else None


def inverted_test(value: Value) -> Value:
    """``~test``; of what is equal it is known that it is not."""
    known, made = compared(value), code.inverted(value.code)
    op = {ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq()}.get(type(known.op)) if known else None
    opposite = Compared(made, known.left, op, known.right) if known and op else None
    return replace(value, code=made, dtype="bool", selects=None, compared=opposite)


def _at_rows(test: Value, rows: Members) -> ast.expr | None:
    """The test with each row's own group in the place of the counter."""
    if test.is_fixed:
        return test.code
    known, both = compared(test), test.both
    if known is not None:
        sides = [known.left, known.right]
        if isinstance(known.op, ast.Eq | ast.NotEq):
            sides.sort(key=lambda side: side.counter is None)
        left, right = (_operand(side, rows) for side in sides)
        return None if left is None or right is None else ast.Compare(left, [known.op], [right])
    if both is not None and both.code is test.code:
        one, other = (_at_rows(side, rows) for side in (both.left, both.right))
        return None if one is None or other is None else code.binary(one, ast.BitAnd(), other)
    return None


def _operand(value: Value, rows: Members) -> ast.expr | None:
    if value.is_fixed:
        return value.code
    if value.counter is None or value.rank:
        return None
    try:
        return counted_rows(value.counter, rows)
    except NotLiftable:
        return None
