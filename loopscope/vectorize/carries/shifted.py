"""What a scanned variable was before each iteration."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_LIKE = {"0": "torch.zeros_like", "1": "torch.ones_like", "0.0": "torch.zeros_like",
         "1.0": "torch.ones_like"}  # fmt: skip


def shifted(lifter: Lifter, after: Value, start: Value, axis: Axis) -> Value:
    """Its start, then all values but the last.

    Args:
        lifter: Where ops are noted.
        after: Its value after each iteration.
        start: What it was before the loop.
        axis: The loop.

    Raises:
        NotLiftable: It is ``None`` before the loop.
    """
    if after.nothing is not None:
        raise NotLiftable("a variable that is None until a test holds, and read before that")
    dim = after.axes.index(axis)
    front: list[ast.expr] = [code.FULL] * dim

    def taken(part: ast.Slice) -> ast.expr:
        return code.subscript(after.code, [*front, part])

    one, minus_one = code.const(1), code.const(-1)
    edge = taken(ast.Slice(lower=minus_one) if axis.reverse else ast.Slice(upper=one))
    first = _repeated(start, edge, after, dim)
    rest = taken(ast.Slice(lower=one) if axis.reverse else ast.Slice(upper=minus_one))
    parts = code.list_of([rest, first] if axis.reverse else [first, rest])
    lifter.used_ops.append("torch.cat")
    made = code.call("torch.cat", parts, **({"dim": dim} if dim else {}))
    return replace(after, code=made, counter=None, fill=None)


def _repeated(start: Value, edge: ast.expr, after: Value, dim: int) -> ast.expr:
    """The start as one entry of the loop's dimension."""
    number = start.fill if start.fill is not None else start.code
    if start.fill is not None or start.kind == "number":
        like = _LIKE.get(code.text(number))
        return code.call(like, edge) if like else code.call("torch.full_like", edge, number)
    if start.axes or start.carry is not None:
        raise NotLiftable("a variable that each iteration reads as the last one left it")
    if start.rank == after.rank and len(after.axes) == 1:
        return code.in_a_row(start.code)
    return code.method(start.code, "expand_as", edge)
