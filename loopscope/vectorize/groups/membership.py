"""``k in keys`` for all items at once."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import compare
from loopscope.vectorize.value import NotLiftable, Value, align


def is_member(lifter: Lifter, node: ast.Compare, item: Value) -> Value:
    """``k in keys`` for all items at once.

    Raises:
        NotLiftable: What is searched holds no whole numbers.
    """
    (where,) = node.comparators
    seen, asked = lifter.what(where), lifter.what(node.left)
    searched = lifter.lift(where)
    if seen is not None and seen.kind == "tensor" and not searched.is_fixed:
        return _among_its_own(lifter, node, item, searched)
    if seen is None or asked is None or item.carry is not None or item.rank or not item.axes:
        raise NotLiftable(f"{code.text(node)} is not understood")
    keys = lifter.fixed(where)
    by_value = asked.kind == "number" or item.kind == "number"  # a tensor is its own key only
    match seen.kind:
        case "tensor":
            pass
        case "list" if seen.item is not None and seen.item.dtype == "int" and not seen.item.mixed:
            keys = code.call("torch.tensor", keys)
        case "other" if seen.dtype in ("int", "range") and by_value:
            keys = code.call("torch.tensor", code.call("list", keys))
        case _:
            raise NotLiftable(f"{code.text(node)} is not understood")
    lifter.used_ops += ["torch.isin", "torch.any"]
    found = code.call("torch.isin", align(item, item.axes, 0), keys)
    return _test(node, found, item.axes)


def _among_its_own(lifter: Lifter, node: ast.Compare, item: Value, where: Value) -> Value:
    """``y[i] in found[i]``: where one of the row equals."""
    if where.rank == 0 or item.rank or item.carry is not None or where.carry is not None:
        raise NotLiftable(f"{code.text(node)} is not understood")
    if any(v.mask or v.members or v.ragged for v in (where, item)):
        raise NotLiftable(f"{code.text(node)} is not understood")
    equal = compare(lifter, where, ast.Eq(), item)
    lifter.used_ops.append("torch.any")
    count = len(equal.axes)
    dims = [code.const(count + k) for k in range(where.rank)]
    found = code.method(equal.code, "any", dim=dims[0] if len(dims) == 1 else code.tuple_of(dims))
    return _test(node, found, equal.axes)


def _test(node: ast.Compare, found: ast.expr, axes: tuple[Axis, ...]) -> Value:
    made = ast.UnaryOp(ast.Invert(), found) if isinstance(node.ops[0], ast.NotIn) else found
    return Value(made, axes, 0, "tensor", "bool", python=True)
