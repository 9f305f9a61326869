"""Masks of one bin each, ``(x > edges[b - 1]) & (x <= edges[b])``: each value looks its bin up."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.known import Bound, Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import Value

_ABOVE = (ast.Gt, ast.GtE)
_OPS = {
    "gt": ast.Gt, "greater": ast.Gt, "ge": ast.GtE, "greater_equal": ast.GtE,
    "lt": ast.Lt, "less": ast.Lt, "le": ast.LtE, "less_equal": ast.LtE,
}  # fmt: skip


def operator_of(name: str) -> ast.cmpop | None:
    """``>`` of ``gt``; ``None`` for what compares no order."""
    found = _OPS.get(name)
    return None if found is None else found()


def read_bound(left: Value, op: ast.cmpop, right: Value) -> Bound | None:
    """Return what ``x > edge[b]`` says of a vector; ``None`` for other comparisons."""
    if not isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        return None
    is_above, is_strict = isinstance(op, _ABOVE), isinstance(op, ast.Gt | ast.Lt)
    if right.rank == 1:
        left, right, is_above = right, left, not is_above
    plain = (
        left.rank == 1
        and right.rank == 0
        and left.dtype == right.dtype
        and len(right.axes) == 1
        and right.axes[0] not in left.axes
        and not any(v.counter or v.members or v.mask or v.ragged for v in (left, right))
    )
    return Bound(left, right, is_above, is_strict) if plain else None


def both_bound(lifter: Lifter, left: Value, right: Value) -> Members | None:
    """Return the rows of the bins that lie between one bound and the other.

    ``None`` where the tests are no lower and upper bound of the same values, or one edge belongs
    to both bins that it separates, or to none.
    """
    if left.bound is None or right.bound is None or lifter.indices == "repeated":
        return None
    low, high = (b for b in sorted((left.bound, right.bound), key=lambda b: not b.above))
    (axis,) = low.edge.axes
    if not low.above or high.above or low.strict == high.strict or high.edge.axes != (axis,):
        return None
    if code.text(low.values.code) != code.text(high.values.code) or axis.reverse:
        return None
    edges = _joined(lifter, low.edge.code, high.edge.code)
    keywords: dict[str, object] = {} if low.strict else {"right": True}
    found = _looked_up(low.values.code, edges, keywords)
    key = code.text(found)
    if key not in lifter.owners:
        lifter.used_ops += ["torch.bucketize", "torch.searchsorted"]
        lifter.owners[key] = lifter.bind("slot", Value(found))
    return Members(axis, lifter.owners[key].code, low.values.axes, edges=edges)


def _looked_up(values: ast.expr, edges: ast.expr, keywords: dict[str, object]) -> ast.expr:
    """``torch.bucketize(x, edges)``; of what is transposed, it wants the original."""
    match values:
        case ast.Attribute(value=inner, attr="T"):
            return code.transposed(_looked_up(inner, edges, keywords))
        case _:
            return code.call("torch.bucketize", values, edges, **keywords)


def _joined(lifter: Lifter, low: ast.expr, high: ast.expr) -> ast.expr:
    """``edges`` of ``edges[:-1]`` and ``edges[1:]``."""
    match low, high:
        case (
            ast.Subscript(value=one, slice=ast.Slice(lower=start, upper=_, step=None)),
            ast.Subscript(
                value=other, slice=ast.Slice(lower=ast.expr() as second, upper=stop, step=None)
            ),
        ) if code.text(one) == code.text(other):
            first = linear(start or code.const(0))
            if linear(second) - first == Linear((), 1):
                whole = ast.Slice(lower=start, upper=stop)
                return one if code.is_full(whole) else code.subscript(one, [whole])
        case _:
            pass
    from_second = code.subscript(low, [ast.Slice(lower=code.const(1))])
    to_last = code.subscript(high, [ast.Slice(upper=code.const(-1))])
    lifter.assume(code.text(code.method(from_second, "equal", to_last)))
    first_edge = code.subscript(low, [ast.Slice(upper=code.const(1))])
    made = code.call("torch.cat", code.tuple_of([first_edge, high]))
    key = code.text(made)
    if key not in lifter.owners:
        lifter.owners[key] = lifter.bind("edges", Value(made))
    return lifter.owners[key].code
