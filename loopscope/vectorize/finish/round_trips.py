"""Dimensions that are moved and moved back: ``x.transpose(0, 1).exp().transpose(0, 1)``.

So are those of ``x.transpose(0, 1)[i].transpose(0, 1)``, which is ``x[:, i]``.
"""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.finish.element_wise import with_operands


def without_round_trip(node: ast.Call) -> ast.expr | None:
    """Return element-wise work without the moves around it; ``None`` where there are none."""
    if (plain := _flipped_twice(node)) is not None:
        return plain
    order = _order(node)
    if order is None or not isinstance(node.func, ast.Attribute):
        return None
    return with_operands(node.func.value, lambda operand: _moved(operand, order))


def _flipped_twice(node: ast.Call) -> ast.expr | None:
    """``x`` of ``x.flip(0).flip(0)``."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(value=inner, attr="flip"), args=first),
                attr="flip",
            ),
            args=second,
            keywords=[],
        ) if [code.text(a) for a in first] == [code.text(a) for a in second]:
            return inner
        case _:
            return None


def _moved(node: ast.expr, order: list[int]) -> ast.expr | None:
    """An operand with its dimensions in this order, if that takes no move."""
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Attribute(value=base)) as turned, slice=index):
            first_order = _order(turned)
            if first_order is None or not _undoes(order, first_order) or not _is_index(index):
                return None
            return code.subscript(base, [*[code.FULL] * first_order[0], index])
        case ast.Call(func=ast.Attribute(value=operand)):
            first_order = _order(node)
            return operand if first_order is not None and _undoes(order, first_order) else None
        case _:
            return None


def _is_index(node: ast.expr) -> bool:
    """Whether it may be a tensor of indices, one dimension for another."""
    return isinstance(node, ast.Name | ast.Attribute | ast.BinOp)


def _undoes(order: list[int], first: list[int]) -> bool:
    count = max(len(order), len(first))
    first, order = ([*o, *range(len(o), count)] for o in (first, order))
    return [first[k] for k in order] == list(range(count))


def _order(node: ast.Call) -> list[int] | None:
    """Which dimension stands where after ``transpose`` or ``movedim`` of two literals."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="transpose" | "movedim" as attr), args=[one, two], keywords=[]
        ):
            source, target = code.integer(one), code.integer(two)
        case _:
            return None
    if source is None or target is None or min(source, target) < 0:
        return None
    order = list(range(max(source, target) + 1))
    if attr == "transpose":
        order[source], order[target] = target, source
    else:
        order.insert(target, order.pop(source))
    return order
