"""``divmod(a, b)`` of whole numbers as ``a // b`` and ``a % b``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.value import NotLiftable, Value


def quotient_and_rest(lifter: Lifter, node: ast.Call) -> Value | None:
    """Return both parts; ``None`` for any other call.

    Raises:
        NotLiftable: What is divided is no whole number.
    """
    match node:
        case ast.Call(func=ast.Name(id="divmod"), args=[whole, by], keywords=[]):
            left, right = lifter.lift(whole), lifter.lift(by)
        case _:
            return None
    if not _is_whole(left) or not _is_whole(right):
        raise NotLiftable("divmod of what is no whole number")
    parts = tuple(_part(lifter, left, op, right) for op in (ast.FloorDiv(), ast.Mod()))
    return Value(code.tuple_of([p.code for p in parts]), kind="other", parts=parts)


def _part(lifter: Lifter, left: Value, op: ast.operator, right: Value) -> Value:
    if left.is_fixed and right.is_fixed:
        return Value(code.binary(left.code, op, right.code), kind="number", dtype="int")
    return combine(lifter, left, op, right)


def _is_whole(value: Value) -> bool:
    return not value.rank and (value.counter is not None or value.dtype.startswith("int"))
