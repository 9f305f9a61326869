"""Subscripts: counters become slices, values read from data become index tensors."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.spans import read_span
from loopscope.vectorize.value import (
    Axis,
    Carry,
    Counter,
    NotLiftable,
    Value,
    align,
    union,
)

if TYPE_CHECKING:
    from loopscope.vectorize.lifter import Lifter


@dataclass(frozen=True, slots=True)
class Place:
    """One subscript of an item.

    Attributes:
        dim: Dimension of the item that it takes; -1 for ``None``.
        fixed: Code of a subscript that does not move, slices included.
        drops: A fixed subscript that takes the dimension away.
        counter: A counter.
        window: Width of a slice that moves with ``counter``.
        index: Anything else: an index read from data.
        span: Bounds of a slice whose length differs between iterations.
        stride: How far apart windows begin, where that is not the counter's step.
    """

    dim: int
    fixed: ast.expr | None = None
    drops: bool = False
    counter: Counter | None = None
    window: ast.expr | None = None
    index: Value | None = None
    span: tuple[Value | None, Value | None] | None = None
    stride: ast.expr | None = None


def lift_subscript(lifter: Lifter, node: ast.Subscript) -> Value:
    """Return the value of ``base[…]``."""
    stored = _stored_element(lifter, node)
    if stored is not None:
        return stored
    base = lifter.lift(node.value)
    if base.parts is not None:
        number = code.integer(node.slice)
        if number is None:
            raise NotLiftable(f"{code.text(node)} picks an item by a value")
        return base.parts[number]
    if base.list_of is not None:
        return _item_of_list(lifter, node, base)
    if base.kind == "other" and base.is_fixed and not base.ragged:
        index = lifter.lift(node.slice) if not isinstance(node.slice, ast.Slice) else None
        if index is None or _fixed_index(index):
            made = index.code if index is not None else node.slice
            return lifter._typed(node, code.subscript(base.code, [made]))
    if base.kind == "other":
        base = list_as_tensor(lifter, node.value, base, node)
    places = read_places(lifter, node.slice, base.rank)
    if base.is_fixed and all(p.fixed is not None for p in places):
        made = code.subscript(base.code, [p.fixed for p in places if p.fixed])
        if lifter.what(node) is None and all(p.drops for p in places):  # it never ran
            return Value(made, (), base.rank - len(places), base.kind, base.dtype)
        return lifter._typed(node, made)
    if any(p.index is not None and p.index.selects is not None for p in places):
        return _group(lifter, node, base, places)
    if any(p.index is not None and p.index.members is not None for p in places):
        return _rows_by_index(node, base, places, lifter)
    if base.members is not None or base.mask is not None:
        return _trailing(lifter, node, base, places)
    if any(p.span is not None for p in places):
        return read_span(lifter, node, base, places)
    if any(p.index is not None and p.index.dtype == "bool" for p in places):
        raise NotLiftable(f"{code.text(node)} has a length that differs between iterations")
    seen = lifter.what(node)
    if needs_index(base, places):
        whole = _by_index(lifter, base, places)
    else:
        whole = _by_slices(lifter, base, places, seen)
    if seen is not None and seen.kind in ("tensor", "array"):
        return replace(whole, shape=seen.shape, dtype=seen.dtype or whole.dtype, rank=seen.rank)
    return whole


def _stored_element(lifter: Lifter, node: ast.Subscript) -> Value | None:
    """An element of a tensor that the loop stores to, where its value is known."""
    base, text = dotted(node.value), code.text(node)
    if base not in lifter.written or base in lifter.env:
        return None
    known = lifter.contents.get(base, {}).get(text)
    if known is not None:
        return known
    seen = lifter.what(node.value)
    if text in lifter.recurrent and seen is not None:
        places = read_places(lifter, node.slice, seen.rank)
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        name = f"{base} before"
        lifter.before_first[name] = node
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(name, "keep")
        )
    if text not in lifter.readable or seen is None:
        raise NotLiftable(f"{base} of one iteration is read by the next")
    whole = Value(node.value, (), seen.rank, "tensor", seen.dtype, seen.shape)
    places = read_places(lifter, node.slice, seen.rank)
    moved = {
        axis
        for p in places
        for axis in ((p.counter.axis,) if p.counter else p.index.axes if p.index else ())
    }
    if needs_index(whole, places) or not set(lifter.axes) <= moved:
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(text, "keep")
        )
    return _by_slices(lifter, whole, places, lifter.what(node))


def read_places(lifter: Lifter, index: ast.expr, rank: int, *, crops: bool = True) -> list[Place]:
    """Return what each subscript takes; an ellipsis is written out.

    Args:
        lifter: The names of the body.
        index: The subscript.
        rank: Number of dimensions of what is subscripted.
        crops: Slices of a fixed length that begin anywhere are index tensors.
    """
    parts = list(index.elts) if isinstance(index, ast.Tuple) else [index]
    taking = [p for p in parts if not _is_none(p) and not _is_ellipsis(p)]
    places: list[Place] = []
    dim = 0
    for part in parts:
        if _is_none(part):
            places.append(Place(-1, code.NONE))
        elif _is_ellipsis(part):
            for _ in range(rank - len(taking)):
                places.append(Place(dim, code.FULL))
                dim += 1
        else:
            places.append(_place(lifter, part, dim, crops))
            dim += 1
    return places


def needs_index(base: Value, places: Sequence[Place]) -> bool:
    """Whether slices cannot do: an index from data, or a loop that moves two things."""
    axes = [p.counter.axis for p in places if p.counter is not None]
    axes += [
        p.counter.also for p in places if p.counter is not None and p.counter.also is not None
    ]
    return (
        any(p.index is not None for p in places)
        or len(set(axes)) != len(axes)
        or any(axis in base.axes for axis in axes)
    )


def slice_of(
    lifter: Lifter, counter: Counter, size: int | None, base: str, dim: int = 0
) -> ast.expr:
    """Return the slice that a counter runs over; a bare ``:`` where it takes the whole dimension.

    Args:
        lifter: Where what is assumed is noted.
        counter: What runs over the dimension.
        size: Size of the dimension as observed.
        base: Source text of the tensor, to say what was assumed.
        dim: Which dimension of it.
    """
    axis = counter.axis
    if counter.sign != 1:
        raise NotLiftable("a subscript that runs backward")
    low, high = axis.start + counter.offset, axis.stop + counter.offset
    step = axis.step_code if axis.step != 1 else None
    lower = None if low.is_zero else low.code()
    if not low.terms and low.constant < 0:
        raise NotLiftable("a subscript that wraps around")
    whole = False
    if axis.length is not None and size is not None and not low.terms:
        end = low.constant + axis.length * axis.step
        whole = end >= size
        left = size - end
        if not whole and axis.step == 1 and left > 0 and _is_end_of(high, left):
            return ast.Slice(lower=lower, upper=code.const(-left), step=step)
    if whole:
        if not _is_size_of(lifter, axis, base, dim) and base.isidentifier():
            lifter.assume(f"{base}.shape[{dim}] == {code.text(axis.size)}")
        return ast.Slice(lower=lower, upper=None, step=step)
    return ast.Slice(lower=lower, upper=high.code(), step=step)


def index_of(lifter: Lifter, place: Place, axes: tuple[Axis, ...], size: Value | None) -> ast.expr:
    """Return an index tensor for a place, aligned to the batch axes."""
    if place.index is not None:
        return align(place.index, axes, place.index.rank)
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return align(counter_value(place.counter), axes, 0)


def counter_value(counter: Counter) -> Value:
    """A counter as an index tensor."""
    axis = counter.axis
    if counter.also is not None:
        one = counter_value(replace(counter, also=None))
        two = counter_value(Counter(counter.also))
        both = union([(axis, counter.also)])
        both_code = code.binary(align(one, both, 0), ast.Add(), align(two, both, 0))
        return Value(both_code, both, 0, "tensor", "int64")
    low, high = axis.start + counter.offset, axis.stop + counter.offset
    if counter.sign == 1:
        bounds = [high.code()] if low.is_zero and axis.step == 1 else [low.code(), high.code()]
        if axis.step != 1:
            bounds.append(axis.step_code)
        made: ast.expr = code.call("torch.arange", *bounds)
    else:
        plain = counter_value(Counter(axis))
        made = code.binary(counter.offset.code(), ast.Sub(), plain.code)
    return Value(made, (axis,), 0, "tensor", "int64", counter=counter)


def list_as_tensor(lifter: Lifter, node: ast.expr, base: Value, at: ast.AST) -> Value:
    """A list of tensors of one shape, stacked."""
    seen = lifter.what(node)
    if seen is None or seen.kind != "list" or seen.item is None or not base.is_fixed:
        raise NotLiftable(f"{code.text(node)} is no tensor")
    item = seen.item
    if (
        item.kind == "list"
        and item.item is not None
        and item.item.kind == "number"
        and (None not in item.shape and not item.mixed)
    ):
        made: ast.expr = code.call("torch.tensor", base.code)
        return Value(made, (), 2, "tensor", "float32", (*seen.shape, *item.shape))
    if item.mixed or None in item.shape or item.kind not in ("tensor", "array", "number"):
        raise NotLiftable(f"the items of {code.text(node)} differ in shape")
    if item.kind == "tensor":
        made = code.call("torch.stack", base.code)
        lifter.used_ops.append("torch.stack")
    elif item.kind == "number":
        made = code.call("torch.tensor", base.code)
    else:
        numpy = lifter.imports.get("numpy")
        if numpy is None:
            raise NotLiftable("a list of arrays, and numpy is not imported")
        lifter.used_ops += ["numpy.stack", "torch.from_numpy"]
        made = code.call(f"{numpy}.stack", base.code)
    dtype = {"int": "int64", "float": "float32"}.get(item.dtype, item.dtype)
    return Value(made, (), item.rank + 1, "tensor", dtype, (*seen.shape, *item.shape))


def _place(lifter: Lifter, part: ast.expr, dim: int, crops: bool) -> Place:
    match part:
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = [lifter.lift(b) if b is not None else None for b in (lower, upper, step)]
            if all(b is None or b.is_fixed for b in bounds):
                made = ast.Slice(*(b.code if b is not None else None for b in bounds))
                return Place(dim, made)
            return (_cropped(lifter, part, dim, bounds) if crops else None) or _window(dim, bounds)
        case _:
            value = lifter.lift(part)
            if value.is_fixed:
                dims = value.kind == "number" or value.rank == 0
                return Place(dim, value.code, drops=dims)
            if value.counter is not None:
                return Place(dim, counter=value.counter)
            if value.members is not None:
                return Place(dim, index=value)
            if value.mask is not None or value.ragged:
                raise NotLiftable("an index whose length differs between iterations")
            if value.parts is not None or value.carry is not None or value.kind == "other":
                raise NotLiftable(f"{code.text(part)} as a subscript")
            return Place(dim, index=value)


def _window(dim: int, bounds: list[Value | None]) -> Place:
    lower, upper, step = bounds
    if step is None and lower is not None and upper is not None:
        block = _block(dim, lower, upper)
        if block is not None:
            return block
    low = lower.counter if lower is not None else None
    high = upper.counter if upper is not None else None
    if step is not None:
        raise NotLiftable("a slice with a step")
    if low is None or high is None or low.axis != high.axis:
        return Place(dim, span=(lower, upper))
    if low.sign != 1 or high.sign != 1:
        raise NotLiftable("a window that runs backward")
    return Place(dim, counter=low, window=(high.offset - low.offset).code())


def _wraps(counter: Counter, size: int | None) -> int:
    """``x[i - 1]`` for all ``i`` begins with the last item: by how much it is rolled."""
    low = counter.axis.start + counter.offset
    whole = counter.axis.length == size and counter.axis.step == 1 and counter.sign == 1
    return -low.constant if whole and not low.terms and low.constant < 0 else 0


def _is_single(place: Place) -> bool:
    """``i:i + 1``: one item that keeps its dimension."""
    return (
        place.window is not None
        and place.stride is None
        and code.integer(place.window) == 1
        and place.counter is not None
    )


def _block(dim: int, lower: Value, upper: Value) -> Place | None:
    """``i * d:(i + 1) * d`` is a block; ``t:t + w`` with ``t`` read from data is a gather."""
    if lower.scaled is not None and upper.scaled is not None:
        (axis, scale, first), (other, again, second) = lower.scaled, upper.scaled
        if axis == other and code.text(scale) == code.text(again) and first.is_zero:
            return Place(dim, counter=Counter(axis), window=second.code(), stride=scale)
    return None


def _cropped(
    lifter: Lifter, part: ast.Slice, dim: int, bounds: list[Value | None]
) -> Place | None:
    """``t:t + w`` with ``t`` read from data is a gather of ``w`` items."""
    lower = bounds[0]
    match part:
        case ast.Slice(
            lower=ast.BinOp(left=left, op=ast.Sub(), right=width),
            upper=ast.expr() as last,
            step=None,
        ) if code.text(left) == code.text(last):
            pass
        case ast.Slice(
            lower=ast.expr() as first,
            upper=ast.BinOp(left=left, op=ast.Add(), right=width),
            step=None,
        ) if code.text(first) == code.text(left):
            pass
        case _:
            return None
    if lower is None or lower.counter is not None or lower.is_fixed or lower.rank:
        return None
    if lower.kind == "other" or lower.carry is not None or lower.scaled is not None:
        return None
    size = lifter.lift(width)
    if not size.is_fixed:
        return None
    deep = code.subscript(lower.code, [*[code.FULL] * len(lower.axes), code.NONE])
    made = code.binary(deep, ast.Add(), code.call("torch.arange", size.code))
    return Place(dim, index=Value(made, lower.axes, 1, "tensor", "int64", (None,)))


def _by_slices(lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen | None) -> Value:
    """Counters take whole dimensions or slices of them; these become batch axes."""
    name = code.text(base.code)
    index: list[ast.expr] = [code.FULL] * len(base.axes)
    kept: list[Axis | int] = list(base.axes)  # what each dimension of the result is
    windows: list[tuple[int, Place]] = []
    doubled: list[tuple[int, Place]] = []
    rolled: list[tuple[int, int]] = []
    for k, place in enumerate(places):
        size = base.shape[place.dim] if 0 <= place.dim < len(base.shape) else None
        if place.counter is not None and place.counter.also is not None:
            doubled.append((len(kept), place))
            index.append(code.FULL)
            kept.append(place.counter.axis)
        elif place.window is not None and place.counter is not None:
            windows.append((len(kept), place))
            index.append(code.FULL)
            kept.append(place.counter.axis)
        elif place.counter is not None and (turn := _wraps(place.counter, size)):
            rolled.append((len(kept), turn))
            index.append(code.FULL)
            kept.append(place.counter.axis)
        elif place.counter is not None:
            index.append(slice_of(lifter, place.counter, size, name, place.dim))
            kept.append(place.counter.axis)
        elif place.fixed is not None:
            index.append(place.fixed)
            if not place.drops:
                kept.append(k)
    taken = sum(p.dim >= 0 for p in places)
    kept += [len(places) + k for k in range(base.rank - taken)]
    made = code.subscript(base.code, index)
    for position, place in windows:
        dim = sum((not p.drops and p.counter is None) or p.window is not None
                  for p in places[: places.index(place)])  # fmt: skip
        width = seen.shape[dim] if seen is not None and len(seen.shape) > dim else None
        made = _unfolded(lifter, made, position, place, base, width)
        kept.append(-1 - position)
    for position, turn in rolled:
        lifter.used_ops.append("torch.roll")
        made = code.method(made, "roll", code.const(turn), code.const(position))
    for position, place in doubled:
        made = _slid(lifter, made, position, place)
        kept.append(place.counter.also)  # type: ignore[union-attr, arg-type]
    axes = tuple(k for k in kept if isinstance(k, Axis))
    wanted: list[Axis | int] = [*union([axes])]
    for k, what in enumerate(kept):  # item dimensions, a window where its loop stood
        if isinstance(what, Axis):
            found = [w for w in kept if isinstance(w, int) and w == -1 - k]
            wanted += found
        elif what >= 0:
            wanted.append(what)
    made = permuted(made, kept, wanted)
    rank = len(wanted) - len(axes)
    return Value(made, union([axes]), rank, "tensor", base.dtype, (None,) * rank)


def _slid(lifter: Lifter, made: ast.expr, position: int, place: Place) -> ast.expr:
    """``x[i + j]``: all windows as long as the second loop."""
    counter = place.counter
    if counter is None or counter.also is None or counter.sign != 1:
        raise NotLiftable("a sum of counters that is not understood")
    first, second = counter.axis, counter.also
    plain = first.step == second.step == 1 and first.start.is_zero and second.start.is_zero
    if not plain or not counter.offset.is_zero:
        raise NotLiftable("a sum of counters that is not understood")
    lifter.used_ops += ["Tensor.unfold", "torch.nn.functional.conv1d"]
    unfolded = code.method(made, "unfold", code.const(position), second.size, code.const(1))
    if any(term.startswith(("len(", code.text(made))) for term, _ in first.stop.terms):
        return unfolded
    return code.subscript(unfolded, [*[code.FULL] * position, ast.Slice(upper=first.size)])


def _unfolded(
    lifter: Lifter,
    made: ast.expr,
    position: int,
    place: Place,
    base: Value,
    observed: int | None,
) -> ast.expr:
    counter = place.counter
    if counter is not None and place.stride is not None and place.window is not None:
        return _blocks(lifter, made, position, place, base)
    if counter is None or place.window is None or counter.sign != 1:
        raise NotLiftable("a window that does not begin at the counter")
    lifter.used_ops += ["Tensor.unfold", "torch.nn.functional.unfold"]
    axis = counter.axis
    if not (axis.start + counter.offset).is_zero:
        raise NotLiftable("a window that does not begin at the start")
    width = place.window
    size = base.shape[place.dim]
    number = code.integer(width) or observed
    unfolded = code.method(made, "unfold", code.const(position), width, axis.step_code)
    if size is not None and number is not None and axis.length is not None:
        count = (size - number) // axis.step + 1
        if count != axis.length:
            front = [code.FULL] * position
            return code.subscript(unfolded, [*front, ast.Slice(upper=axis.size)])
    return unfolded


def _blocks(lifter: Lifter, made: ast.expr, position: int, place: Place, base: Value) -> ast.expr:
    """Blocks of a dimension, side by side or overlapping."""
    counter, width, stride = place.counter, place.window, place.stride
    if counter is None or width is None or stride is None or not counter.axis.start.is_zero:
        raise NotLiftable("blocks that do not begin at the start")
    lifter.used_ops += ["Tensor.unfold", "Tensor.unflatten"]
    unfolded = code.method(made, "unfold", code.const(position), width, stride)
    size, number = base.shape[place.dim], code.integer(stride)
    length = counter.axis.length
    if size is None or length is None or number is None or size // number == length:
        return unfolded
    return code.subscript(unfolded, [*[code.FULL] * position, ast.Slice(upper=counter.axis.size)])


def permuted(made: ast.expr, have: Sequence[object], want: Sequence[object]) -> ast.expr:
    """Return the code with its dimensions in another order."""
    order = [have.index(w) for w in want]
    if order == sorted(order):
        return made
    if len(order) == 2:
        return code.transposed(made)
    moved = [k for k in range(len(order)) if order[k] != k]
    if len(moved) == 2:
        return code.method(made, "transpose", *(code.const(k) for k in moved))
    for source in range(len(order)):  # one dimension moved?
        rest = [k for k in range(len(order)) if k != source]
        target = order.index(source)
        if [*rest[:target], source, *rest[target:]] == order:
            return code.method(made, "movedim", code.const(source), code.const(target))
    return code.method(made, "permute", *(code.const(k) for k in order))


def _by_index(lifter: Lifter, base: Value, places: Sequence[Place]) -> Value:
    """Index tensors for what moves together; counters that move alone stay slices."""
    moving = [p for p in places if p.counter is not None or p.index is not None]
    if any(p.window is not None for p in moving):
        raise NotLiftable("a moving window among index tensors")
    tied = _tied_axes(base, moving)
    deep = max((p.index.rank for p in moving if p.index is not None), default=0)
    if deep > 1:
        raise NotLiftable("an index of several dimensions")
    lifter.used_ops += ["advanced_indexing", "torch.gather"]
    name = code.text(base.code)
    index: list[ast.expr] = []
    have: list[Axis | int] = []
    advanced: list[bool] = []
    deep_at = 0
    for axis in base.axes:
        in_index = axis in tied
        index.append(
            align(counter_value(Counter(axis, -axis.start)), tied, deep) if in_index else code.FULL
        )
        advanced.append(in_index)
        have.append(axis)
    for k, place in enumerate(places):
        if place.index is not None or (place.counter is not None and place.counter.axis in tied):
            value = place.index if place.index is not None else counter_value(_counter(place))
            index.append(align(value, tied, deep))
            advanced.append(True)
            have.append(-1)
            if value.rank:
                deep_at = k
        elif place.counter is not None:
            size = base.shape[place.dim] if 0 <= place.dim < len(base.shape) else None
            index.append(slice_of(lifter, place.counter, size, name, place.dim))
            advanced.append(False)
            have.append(place.counter.axis)
        else:
            index.append(place.fixed or code.FULL)
            advanced.append(bool(place.drops))
            have.append(k)
    first = advanced.index(True)
    last = len(advanced) - 1 - advanced[::-1].index(True)
    together = all(advanced[first : last + 1])
    rest = [h for h, a in zip(have, advanced, strict=True) if not a]
    taken = sum(p.dim >= 0 for p in places)
    rest += [len(places) + k for k in range(base.rank - taken)]
    at = sum(not a for a in advanced[:first]) if together else 0
    inner: list[Axis | int] = [*tied, *([deep_at] if deep else [])]
    kept = [*rest[:at], *inner, *rest[at:]]
    axes = union([[k for k in kept if isinstance(k, Axis)]])
    wanted = [*axes, *sorted(k for k in kept if not isinstance(k, Axis))]
    made = permuted(code.subscript(base.code, index), kept, wanted)
    rank = len(wanted) - len(axes)
    return Value(made, axes, rank, "tensor", base.dtype, (None,) * rank)


def _tied_axes(base: Value, moving: Sequence[Place]) -> tuple[Axis, ...]:
    """Axes that index tensors bring, or that two subscripts share."""
    tied = {a for p in moving if p.index is not None for a in p.index.axes}
    alone = [p.counter.axis for p in moving if p.counter is not None]
    tied |= {a for a in alone if alone.count(a) > 1 or a in base.axes}
    return union([tuple(tied)])


def _counter(place: Place) -> Counter:
    if place.counter is None:
        raise NotLiftable("a slice among index tensors")
    return place.counter


def _group(lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]) -> Value:
    """``x[owner == k]``: the rows of group ``k``."""
    from loopscope.vectorize.groups import assume_members

    first, *rest = places
    if first.index is None or first.index.selects is None:
        raise NotLiftable("a mask that does not select rows")
    if any(p.fixed is None for p in rest) or base.axes != first.index.selects.outer:
        raise NotLiftable("a mask among other subscripts")
    front = [code.FULL] * (len(base.axes) + 1)
    made = code.subscript(base.code, [*front, *(p.fixed or code.FULL for p in rest)])
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    assume_members(lifter, first.index.selects)
    return Value(
        made, base.axes, rank, "tensor", base.dtype, (None,) * rank, members=first.index.selects
    )


def _rows_by_index(
    node: ast.Subscript, base: Value, places: Sequence[Place], lifter: Lifter
) -> Value:
    """``table[ids[owner == k]]``: the rows that a group's indices name."""
    first, *rest = places
    index = first.index
    if index is None or index.rank != 1 or not base.is_fixed or any(p.fixed is None for p in rest):
        raise NotLiftable("a group's indices among other subscripts")
    made = code.subscript(base.code, [index.code, *(p.fixed or code.FULL for p in rest)])
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    return Value(made, (), rank, "tensor", base.dtype, (None,) * rank, members=index.members)


def _trailing(lifter: Lifter, node: ast.Subscript, base: Value, places: Sequence[Place]) -> Value:
    """Fixed subscripts behind the dimension whose length differs."""
    first, *rest = places
    if first.fixed is None or not code.is_full(first.fixed) or any(p.fixed is None for p in rest):
        raise NotLiftable("a subscript of a slice of differing length")
    index = [*[code.FULL] * (len(base.axes) + 1), *(p.fixed or code.FULL for p in rest)]
    seen = lifter.what(node)
    rank = seen.rank if seen is not None else base.rank
    return replace(base, code=code.subscript(base.code, index), rank=rank, shape=(None,) * rank)


def _item_of_list(lifter: Lifter, node: ast.Subscript, base: Value) -> Value:
    from loopscope.vectorize.ops.building import list_tensor

    whole = list_tensor(lifter, base)
    number = code.integer(node.slice)
    if number is None:
        raise NotLiftable("an item of a list that the loop fills")
    front = [code.FULL] * len(whole.axes)
    made = code.subscript(whole.code, [*front, code.const(number)])
    return replace(whole, code=made, rank=whole.rank - 1, shape=whole.shape[1:])


def _is_end_of(high: Linear, left: int) -> bool:
    """``len(x) - 1`` as upper bound: one before the end."""
    return bool(high.terms) and high.constant == -left and all(c == 1 for _, c in high.terms)


def _is_size_of(lifter: Lifter, axis: Axis, base: str, dim: int) -> bool:
    """Whether the loop runs as often as the dimension is long, whatever the sizes are."""
    size = code.text(axis.size)
    made = lifter.initial.get(base)
    names = [base, made.like] if made is not None and made.like else [base]
    if made is not None and dim < len(made.shape) and code.text(made.shape[dim]) == size:
        return True
    whole = code.text(axis.stop.code())
    for name in names:
        sizes = {f"{name}.shape[{dim}]", f"{name}.size({dim})"}
        if dim == 0:
            sizes |= {f"len({name})", f"{name}.numel()"}
            if axis.over == name:
                return True
        if {size, whole} & sizes or any(t in sizes for t, _ in axis.stop.terms):
            return True
        if any(lifter.sizes.get(t) == (name, dim) for t, _ in axis.stop.terms):
            return True
    return False


def _fixed_index(index: Value) -> bool:
    return (
        index.is_fixed
        and index.list_of is None
        and all(_fixed_index(p) for p in index.parts or ())
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
