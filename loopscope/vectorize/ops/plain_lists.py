"""Lists that a loop fills and that stay lists: ``(x * 2).tolist()``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.filled_lists import list_tensor
from loopscope.vectorize.value import ListValue, Value


def plain_list(lifter: Lifter, value: Value) -> ast.expr:
    """The list itself: of Python numbers, or of tuples, where the loop had such."""
    filled = value.list_of
    if filled is not None and filled.item is not None and filled.item.parts is not None:
        return _rows(lifter, value, filled, filled.item.parts)
    whole = list_tensor(lifter, value)
    if whole.python or (filled and filled.item is not None and filled.item.kind == "number"):
        lifter.used_ops.append("Tensor.tolist")
        return code.method(whole.code, "tolist")
    return code.call("list", whole.code)


def _rows(lifter: Lifter, value: Value, filled: ListValue, parts: tuple[Value, ...]) -> ast.expr:
    """``[i, j]`` or ``(i, j)`` of each iteration."""
    is_tuple = filled.item is not None and isinstance(filled.item.code, ast.Tuple)
    if all(part.counter is not None for part in parts):
        lifter.used_ops.append("Tensor.tolist")
        rows = code.method(list_tensor(lifter, value).code, "tolist")
        return code.call("list", code.call("map", code.name("tuple"), rows)) if is_tuple else rows
    columns = [
        items_of(
            plain_list(lifter, replace(value, list_of=replace(filled, item=part, whole=None)))
        )
        for part in parts
    ]
    zipped = code.call("zip", *columns)
    return code.call("list", zipped if is_tuple else code.call("map", code.name("list"), zipped))


def items_of(listed: ast.expr) -> ast.expr:
    """``x`` for ``list(x)``: a tensor's items are what iterating over it gives."""
    match listed:
        case ast.Call(func=ast.Name(id="list"), args=[inner]):
            return inner
        case _:
            return listed
