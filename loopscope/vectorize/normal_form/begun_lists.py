"""Lists that held items before the loop: these come first."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.value import NotLiftable, Value


def with_first_items(lifter: Lifter, value: Value, items: Sequence[ast.expr]) -> Value:
    """A list that the loop filled, with what it held before in front.

    ``[x[0]]`` before the rest is ``torch.cat([x[:1], rest])``.

    Raises:
        NotLiftable: The loop changes what the items are made of, or inserts before them.
    """
    filled = value.list_of
    if filled is None or not items:
        return value
    if filled.front or filled.axes == ():
        raise NotLiftable("a list that held items before the loop")
    read = {dotted(n) for item in items for n in ast.walk(item) if isinstance(n, ast.expr)}
    if read & lifter.written:
        raise NotLiftable("the loop stores into what a list held before it")
    rest = list_tensor(lifter, value)
    first = items_joined(items, numbers=rest.rank == 1 and all(map(_is_number, items)))
    lifter.used_ops.append("torch.cat")
    whole = code.call("torch.cat", code.list_of([first, rest.code]))
    made = replace(rest, code=whole, shape=(None, *rest.shape[1:]))
    return replace(value, list_of=replace(filled, whole=made, before=len(items)))


def items_joined(items: Sequence[ast.expr], *, numbers: bool) -> ast.expr:
    """Return the tensor of some items: ``x[:1]`` of ``x[0]``."""
    if numbers:
        return code.call("torch.tensor", code.list_of(items))
    if len(items) > 1:
        return code.call("torch.stack", code.list_of(items))
    match copy.deepcopy(items[0]):
        case ast.Subscript(value=base, slice=ast.Constant(value=int(at))) if at >= 0:
            lower = code.const(at) if at else None
            return ast.Subscript(base, ast.Slice(lower, code.const(at + 1)), ast.Load())
        case item:
            return code.subscript(item, [code.NONE])


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or code.integer(node) is not None
