"""Lists that a loop fills: the tensor of their items, and ops on it."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.groups.filled_groups import assume_means
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.operators.combine import choose, combine
from loopscope.vectorize.ops.building import stacked
from loopscope.vectorize.ops.item_dtypes import as_seen_tensor, as_told
from loopscope.vectorize.ops.listed_places import listed_places
from loopscope.vectorize.ops.repeated_rows import (
    joined_groups,
    joined_ranges,
    joined_rows,
    repeated_items,
)
from loopscope.vectorize.ops.unflattened import unflattened
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import ListValue, NotLiftable, Value, expand, whole_number

_COPIES = ("clone", "detach", "contiguous")


def list_tensor(lifter: Lifter, value: Value) -> Value:
    """The tensor of all items of a filled list: its loops are one leading dimension."""
    filled = _list(value)
    if filled.whole is not None:
        return filled.whole
    item = filled.item
    if item is None:
        raise NotLiftable("an empty list")
    if (repeated := repeated_items(lifter, filled, item)) is not None:
        return repeated
    if (places := listed_places(lifter, filled)) is not None:
        return places
    if item.list_of is not None:
        item = list_tensor(lifter, item)
    if item.kind == "other" and item.parts is not None:
        item = stacked(lifter, item.parts, 0)
    if item.kind == "other" or item.mask is not None or item.members is not None:
        raise NotLiftable("a list of what are no tensors of one shape")
    if filled.more:
        item = stacked(lifter, (item, *filled.more), 0)
    outer = tuple(a for a in item.axes if a not in filled.axes)
    if any(a.order > filled.axes[0].order for a in outer):
        raise NotLiftable("a list filled across loops")
    item = expand(item, (*outer, *filled.axes))
    made = item.code
    turned = [k for k, axis in enumerate(filled.axes) if axis.reverse != filled.front]
    for k in turned:
        made = code.method(made, "flip", code.const(len(outer) + k))
    count = len(filled.axes)
    if filled.mask is not None:
        if outer:
            raise NotLiftable("a filtered list in each iteration")
        mask = expand(filled.mask, filled.axes)
        stop = lifter.ranges.get(f"first {code.text(mask.code)}")
        lifter.used_ops.append("boolean_mask" if stop is None else "advanced_indexing")
        kept = code.method(mask.code, "flip", *map(code.const, turned)) if turned else mask.code
        if stop is not None and not turned:  # they are the first
            kept = ast.Slice(upper=(linear(stop.code) + Linear((), 1)).code())
        made = code.subscript(made, [kept])
    elif count > 1 or filled.more:
        last = len(outer) + count - 1 + bool(filled.more)
        made = code.method(made, "flatten", code.const(len(outer)), code.const(last))
    sizes = filled.axes[0].length if count == 1 and filled.mask is None else None
    return replace(
        item,
        code=made,
        axes=outer,
        rank=item.rank + (not filled.more),
        shape=(sizes, *item.shape[bool(filled.more) :]),
        counter=None,
        kind="tensor",
    )


@batches("<list> stack", "<list> tensor", "<list> as_tensor", "<list> array", "<list> FloatTensor")
def stack_of_list(lifter: Lifter, call: Call) -> Value:
    """``torch.stack(out)``: the batch axis becomes a dimension."""
    dim = call.argument(1, "dim", "axis")
    number = 0 if dim is None or call.name != "stack" else code.integer(dim.code)
    if number is None:
        raise NotLiftable("torch.stack along no literal dimension")
    value = list_tensor(lifter, call.args[0])
    if call.name != "stack" and "dtype" in call.keywords:
        value = as_told(value, call.keywords["dtype"].code)
    elif call.name != "stack":
        value = as_seen_tensor(lifter, call, value)
    count = len(value.axes)
    if number != 0:
        target = code.const(number + count if number >= 0 else number)
        value = replace(value, code=code.method(value.code, "movedim", code.const(count), target))
    return value


@batches("<list> cat", "<list> concat", "<list> concatenate")
def cat_of_list(lifter: Lifter, call: Call) -> Value:
    """``torch.cat(out)``: the batch axis merges into the items' leading dimension."""
    dim = call.argument(1, "dim", "axis")
    number = 0 if dim is None else code.integer(dim.code)
    filled = _list(call.args[0])
    if number == 0 and filled.item is not None and filled.item.repeats is not None:
        return joined_rows(lifter, filled, filled.item)
    if number == 0 and filled.item is not None and filled.item.members is not None:
        return joined_groups(lifter, filled, filled.item)
    if number == 0 and filled.item is not None and filled.item.counts is not None:
        return cast(joined_ranges(lifter, filled, filled.item.counts), filled.item.dtype)
    if number == 0 and filled.item is not None and filled.item.mask is not None:
        return _joined_slices(lifter, filled, filled.item, filled.item.mask)
    value = list_tensor(lifter, call.args[0])
    count = len(value.axes)
    if number is None:
        raise NotLiftable("torch.cat along no literal dimension")
    rank = value.rank - 1
    number = number if number >= 0 else rank + number
    made = value.code
    stacked_along = count + number + 1
    if filled.mask is None and (plain := _without_new_dimension(made, stacked_along)) is not None:
        moved = [code.const(count), code.const(count + number)]
        made = code.method(plain, "movedim", *moved) if number else plain
        return replace(value, code=made, rank=rank, shape=(None,) * rank)
    if number:
        made = code.method(made, "movedim", code.const(count), code.const(count + number))
    made = unflattened(
        code.method(made, "flatten", code.const(count + number), code.const(count + number + 1))
    )
    return replace(value, code=made, rank=rank, shape=(None,) * rank)


def _joined_slices(lifter: Lifter, filled: ListValue, item: Value, mask: Value) -> Value:
    """Slices whose length differs, one after the other: what their masks hold, row by row."""
    plain = item.masked == 0 and filled.mask is None and not filled.more and mask.rank == 1
    outer = set(item.axes) | set(mask.axes)
    if not plain or outer - {*filled.axes} or filled.front or any(a.reverse for a in filled.axes):
        raise NotLiftable("slices of differing length that are joined")
    lifter.used_ops.append("boolean_mask")
    rows = expand(replace(item, mask=None), filled.axes)
    inside = expand(mask, filled.axes)
    made = code.subscript(rows.code, [inside.code])
    return replace(rows, code=made, axes=(), shape=(None, *item.shape[1:]), zeroed=None)


def _without_new_dimension(node: ast.expr, dim: int) -> ast.expr | None:
    """``x`` of ``x.unsqueeze(dim)``, joined along it; ``None`` for anything else."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="unsqueeze"), args=[at]) if (
            code.integer(at) == dim
        ):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[], keywords=[]) if (
            attr in _COPIES
        ):
            plain = _without_new_dimension(inner, dim)
            return None if plain is None else code.method(plain, attr)
        case _:
            return None


@batches("<list> len")
def length_of_list(lifter: Lifter, call: Call) -> Value:
    """As many as there were iterations."""
    filled = _list(call.args[0])
    if filled.mask is not None and filled.whole is not None:
        return whole_number(code.call("len", filled.whole.code))
    if filled.mask is not None or not filled.axes:
        raise NotLiftable("the length of a filtered list")
    made: ast.expr = filled.axes[0].size
    for axis in filled.axes[1:]:
        made = code.binary(made, ast.Mult(), axis.size)
    if filled.before:
        made = (linear(made) + Linear((), filled.before)).code()
    return whole_number(made)


@batches("<list> sum")
def sum_of_list(lifter: Lifter, call: Call) -> Value:
    """``sum(out)`` adds the items up."""
    counted = _count(lifter, call)
    if counted is not None:
        return counted
    filtered = _filtered_in_each(lifter, _list(call.args[0]))
    if filtered is not None:
        return filtered
    value = list_tensor(lifter, call.args[0])
    lifter.used_ops.append("torch.sum")
    made = code.method(value.code, "sum", dim=len(value.axes))
    if value.rank == 1 and not value.axes:
        made = code.method(_without_inner_sum(value.code), "sum")
    total = replace(value, code=made, rank=value.rank - 1, shape=value.shape[1:])
    number = _as_seen(lifter, call, total)
    mask = _list(call.args[0]).mask
    if number is total and mask is not None and mask.axes:  # of nothing it is the number 0
        lifter.assume(code.text(code.method(mask.code, "any")))
    return number


def _filtered_in_each(lifter: Lifter, filled: ListValue) -> Value | None:
    """The sum of those items that a test of each outer iteration leaves."""
    item, mask = filled.item, filled.mask
    if item is None or mask is None or filled.more or set(mask.axes) <= set(filled.axes):
        return None
    if item.kind == "other" or item.carry is not None or mask.carry is not None or mask.rank:
        return None
    kept = choose(lifter, mask, item, whole_number(code.const(0)))
    dims = [code.const(kept.axes.index(axis)) for axis in filled.axes]
    lifter.used_ops.append("torch.sum")
    made = code.method(kept.code, "sum", dim=dims[0] if len(dims) == 1 else code.tuple_of(dims))
    outer = tuple(axis for axis in kept.axes if axis not in filled.axes)
    return replace(kept, code=made, axes=outer, counter=None, fill=None, factors=None)


@batches("<list> max", "<list> min", "<list> any", "<list> all")
def reduced_list(lifter: Lifter, call: Call) -> Value:
    """``max(out)`` over the items."""
    value = list_tensor(lifter, call.args[0])
    if value.rank != 1:
        raise NotLiftable(f"{call.name}() of a list of tensors")
    name = {"max": "amax", "min": "amin"}.get(call.name, call.name)
    if name != call.name:
        assume_means(lifter, value.code)
        lifter.assume_finite(value)
    made = code.method(value.code, name, dim=len(value.axes))
    if not value.axes:
        made = code.method(value.code, call.name)
    return _as_seen(lifter, call, replace(value, code=made, rank=0, shape=()))


@batches("<list> list", "<list> tuple")
def same_list(lifter: Lifter, call: Call) -> Value:
    """A copy of the list."""
    return call.args[0]


@batches("<list> next")
def first_of_list(lifter: Lifter, call: Call) -> Value:
    """``next(v for v in x if p(v))``: raises where there is none, as the loop does."""
    whole = list_tensor(lifter, call.args[0])
    if len(call.args) > 1 or whole.axes:
        raise NotLiftable("next() with a default")
    lifter.used_ops += ["torch.nonzero", "boolean_mask"]
    made = code.subscript(whole.code, [code.const(0)])
    first = replace(whole, code=made, rank=whole.rank - 1, shape=whole.shape[1:])
    return _as_seen(lifter, call, first)


def _count(lifter: Lifter, call: Call) -> Value | None:
    """``sum(1 for v in x if v > 0)``; ``None`` for a sum of what differs."""
    filled = _list(call.args[0])
    item, mask = filled.item, filled.mask
    if item is None or mask is None or filled.more or len(call.args) > 1:
        return None
    if not item.is_fixed or item.kind != "number" or code.integer(item.code) is None:
        return None
    lifter.used_ops += ["torch.sum", "torch.count_nonzero"]
    tests = list_tensor(
        lifter, replace(call.args[0], list_of=replace(filled, item=mask, mask=None))
    )
    total = Value(code.method(tests.code, "sum", dim=len(tests.axes)), tests.axes, dtype="int64")
    if not tests.axes:
        total = replace(total, code=code.method(tests.code, "sum"))
    total = _as_seen(lifter, call, replace(total, python=True))
    one = code.integer(item.code) == 1
    return total if one else combine(lifter, item, ast.Mult(), total)


def _as_seen(lifter: Lifter, call: Call, value: Value) -> Value:
    """A number of all items that is one of Python's own in the loop stays so."""
    seen = lifter.what(call.node)
    if seen is None or seen.kind != "number" or seen.mixed or value.axes or value.rank:
        return value
    lifter.used_ops.append("Tensor.item")
    return Value(code.method(value.code, "item"), kind="number", dtype=seen.dtype)


def _without_inner_sum(node: ast.expr) -> ast.expr:
    """``x.sum(dim=1)`` that is summed once more is ``x``."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="sum"), args=[], keywords=[_]):
            return inner
        case _:
            return node


def _list(value: Value) -> ListValue:
    if value.list_of is None:
        raise NotLiftable("what is no list that the loop fills")
    return value.list_of
