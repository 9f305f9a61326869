"""Items of a list that differ in size: their sizes, and ops on each by itself."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.each_item import on_each
from loopscope.vectorize.groups.joined import joined_items, sizes_of_items
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.padded_items import padded_items
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value


@batches("<ragged>")
def sizes(lifter: Lifter, call: Call) -> Value:
    """The sizes of all items, by a comprehension over the list."""
    value = call.args[0]
    if any(v.ragged and v.dtype == "str" for v in call.args):
        raise NotLiftable(f"{call.name} of a name")
    if (padded := padded_items(lifter, call) if value.ragged else None) is not None:
        return padded
    if not value.ragged or isinstance(value.code, ast.ListComp):
        return _each(lifter, call)
    item = code.name(value.item)
    match call.name:
        case "len" if isinstance(value.code, ast.Name | ast.Attribute):
            return replace(sizes_of_items(lifter, value), kind="number", dtype="int")
        case "len":
            return _listed(value, code.call("len", item))
        case "size" if len(call.args) == 2:
            return _listed(value, code.method(item, "size", call.args[1].code))
        case "shape" | "size":
            shape = code.attribute_of(item, "shape")
            parts = tuple(
                _listed(value, code.subscript(shape, [code.const(k)])) for k in range(value.rank)
            )
            return Value(value.code, kind="other", parts=parts)
        case "numel":
            return _listed(value, code.method(item, "numel"))
        case "tensor" | "as_tensor" | "LongTensor" if value.python:
            return _as_tensors(lifter, call, value)
        case _:
            return _each(lifter, call)


def _as_tensors(lifter: Lifter, call: Call, value: Value) -> Value:
    """``torch.tensor(numbers)``: all of them in one tensor."""
    seen = lifter.what(call.node)
    if seen is None or seen.rank != 1 or seen.mixed or call.keywords.keys() - {"dtype"}:
        raise NotLiftable(f"{call.name} of items that differ in size")
    return cast(joined_items(lifter, value), seen.dtype)


def _each(lifter: Lifter, call: Call) -> Value:
    """Any other op: of each item by itself."""
    operands = [*call.args, *call.keywords.values()]
    if any(v.ragged and v.python for v in operands):
        raise NotLiftable(f"{call.name} of a list of numbers")
    if any(v.parts is not None or (v.kind == "other" and not v.ragged) for v in operands):
        raise NotLiftable(f"{call.name} of items that differ in size")

    def rebuilt(parts: list[ast.expr]) -> ast.expr:
        if call.style == "attribute":
            return code.attribute_of(parts[0], call.name)
        count = len(call.args)
        keywords = dict(zip(call.keywords, parts[count:], strict=True))
        return call.rebuild(parts[:count], **keywords)

    return on_each(lifter, call.node, operands, rebuilt)


def _listed(value: Value, element: ast.expr) -> Value:
    made = ast.ListComp(
        elt=element,
        generators=[
            ast.comprehension(
                target=ast.Name(id=value.item, ctx=ast.Store()),
                iter=value.code,
                ifs=[],
                is_async=0,
            )
        ],
    )
    return Value(code.call("torch.tensor", made), value.axes, 0, "number", "int")
