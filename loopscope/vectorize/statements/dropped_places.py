"""A number stored at some of the places of a permutation: ``row[order[drop]] = 0``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value, align, expand


def fill_places(lifter: Lifter, base: str, known: Value, index: ast.expr, value: Value) -> bool:
    """Fill what a mask leaves of a permutation; ``False`` where that is not what is stored.

    Args:
        lifter: What is in the lifter's names is changed.
        base: What the iteration made.
        known: That, for all iterations.
        index: The subscript: ``order[drop]``.
        value: What is stored.
    """
    made = filled_places(lifter, known, index, value)
    if made is not None:
        lifter.env[base] = made
    return made is not None


def filled_places(lifter: Lifter, known: Value, index: ast.expr, value: Value) -> Value | None:
    """Return a row with a number where a mask of a permutation holds; ``None`` for anything else.

    A mask of sorted places is one of places once it is scattered by the order that sorted them.
    """
    match index:
        case ast.Subscript(value=ast.expr() as order_node, slice=ast.expr() as mask_node):
            order, mask = lifter.lift(order_node), lifter.lift(mask_node)
        case _:
            return None
    plain = value.is_fixed and value.kind == "number" and not value.rank
    if not plain or code.text(order.code) not in lifter.permutations or mask.dtype != "bool":
        return None
    if not known.rank == order.rank == mask.rank == 1 or mask.members is not None:
        return None
    axes = union([known.axes, order.axes, mask.axes])
    order, mask = expand(order, axes), expand(mask, axes)
    lifter.used_ops += ["Tensor.scatter_", "Tensor.masked_fill"]
    where = code.method(mask.code, "scatter", code.const(len(axes)), order.code, mask.code)
    before = replace(known, code=_uncopied(lifter, known.code))
    made = code.method(align(before, axes, 1), "masked_fill", where, value.code)
    return replace(known, code=made, axes=axes, counter=None, fill=None, factors=None)


def _uncopied(lifter: Lifter, node: ast.expr) -> ast.expr:
    """``x`` for a name of our own that was set to ``x.clone()``: nothing is changed in place."""
    match lifter.defined(node):
        case ast.Call(func=ast.Attribute(value=whole, attr="clone"), args=[]):
            return whole
        case _:
            return node
