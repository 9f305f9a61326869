"""What each part of a subscript takes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.groups.joined import joined_items
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import NotLiftable, Value


def read_places(
    lifter: Lifter,
    index: ast.expr,
    rank: int,
    *,
    crops: bool = True,
    steps: bool = False,
    seen: Seen | None = None,
) -> list[Place]:
    """Return what each subscript takes; an ellipsis is written out.

    Args:
        lifter: The names of the body.
        index: The subscript.
        rank: Number of dimensions of what is subscripted.
        crops: Slices of a fixed length that begin anywhere are index tensors.
        steps: Slices that move may have a step.
        seen: What was read: a slice ``x[i : i + 1]`` that was always one item is ``x[i][None]``.

    Raises:
        NotLiftable: A subscript is not understood.
    """
    parts = list(index.elts) if isinstance(index, ast.Tuple) else [index]
    taking = [p for p in parts if not is_none(p) and not _is_ellipsis(p)]
    places: list[Place] = []
    dim = 0
    for part in parts:
        if is_none(part):
            places.append(Place(-1, code.NONE))
        elif _is_ellipsis(part):
            for _ in range(rank - len(taking)):
                places.append(Place(dim, code.FULL))
                dim += 1
        else:
            one = _one_item(lifter, part)
            if one is not None and seen is not None and _dims(places, seen)[:1] == (1,):
                places += [_place(lifter, one, dim, crops), Place(-1, code.NONE)]
            else:
                places.append(_place(lifter, part, dim, crops))
            dim += 1
    if not steps and any(p.skips is not None for p in places):
        raise NotLiftable("a slice with a step")
    return places


def _one_item(lifter: Lifter, part: ast.expr) -> ast.expr | None:
    """``i`` of ``i : i + 1``, where it differs between iterations."""
    match part:
        case ast.Slice(lower=ast.expr() as lower, upper=ast.expr() as upper, step=None):
            width = linear(upper) - linear(lower)
            alone = not width.terms and width.constant == 1
            return lower if alone and lifter.lift(lower).counter is not None else None
        case _:
            return None


def _dims(places: Sequence[Place], seen: Seen) -> tuple[int | None, ...]:
    """The sizes of what was read behind the dimensions that these places leave."""
    return seen.shape[sum(p.keeps for p in places) :]


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


def _place(lifter: Lifter, part: ast.expr, dim: int, crops: bool) -> Place:
    match part:
        case ast.Slice(lower=lower, upper=upper, step=step):
            bounds = [lifter.lift(b) if b is not None else None for b in (lower, upper, step)]
            return _sliced(lifter, part, dim, bounds, crops)
        case _:
            value = lifter.lift(part)
            if value.bounds and isinstance(value.code, ast.Slice):
                return _sliced(lifter, value.code, dim, list(value.bounds), crops)
            if value.ragged and value.dtype.startswith("int") and value.rank == 1:
                value = joined_items(lifter, value)
            if value.is_fixed:
                dims = value.kind == "number" or value.rank == 0
                rank = value.rank if value.kind == "tensor" else 0
                return Place(dim, value.code, drops=dims, rank=rank)
            if value.counter is not None:
                return Place(dim, counter=value.counter)
            if value.members is not None:
                return Place(dim, index=value)
            if value.mask is not None or value.ragged:
                raise NotLiftable("an index whose length differs between iterations")
            if value.parts is not None or value.carry is not None or value.kind == "other":
                raise NotLiftable(f"{code.text(part)} as a subscript")
            return Place(dim, index=value)


def _sliced(
    lifter: Lifter, part: ast.Slice, dim: int, bounds: list[Value | None], crops: bool
) -> Place:
    if all(b is None or b.is_fixed for b in bounds):
        return Place(dim, ast.Slice(*(b.code if b is not None else None for b in bounds)))
    return (_cropped(lifter, part, dim, bounds) if crops else None) or _window(lifter, dim, bounds)


def _window(lifter: Lifter, dim: int, bounds: list[Value | None]) -> Place:
    lower, upper, step = bounds
    if step is None and lower is not None and upper is not None:
        block = _block(dim, lower, upper)
        if block is not None:
            return block
    low = lower.counter if lower is not None else None
    high = upper.counter if upper is not None else None
    if step is not None:
        return _stepping(dim, low, high, step)
    if low is None or high is None or low.axis != high.axis or low.numbered != high.numbered:
        return Place(dim, span=(lower, upper))
    width = (high.offset - low.offset).collected().code()
    if low.moves_with(high) and low.sign == -1:
        return _backward(lifter, dim, low, width)
    if low.sign != 1 or high.sign != 1:
        raise NotLiftable("a slice that grows at both ends")
    return Place(dim, counter=low, window=width)


def _stepping(dim: int, low: Counter | None, high: Counter | None, step: Value) -> Place:
    """``t:t + n * s:s`` are ``n`` items of a window that ends with the last of them."""
    if low is None or high is None or not low.moves_with(high) or low.sign != 1:
        raise NotLiftable("a slice with a step")
    if not step.is_fixed or step.kind != "number":
        raise NotLiftable("a slice with a step")
    width = (high.offset - low.offset).collected().code()
    return Place(dim, counter=low, window=_up_to_last(width, step.code), skips=step.code)


def _up_to_last(width: ast.expr, step: ast.expr) -> ast.expr:
    """``(n - 1) * s + 1`` for ``n * s``: a window need not go on behind the last item taken."""
    wide, every = code.integer(width), code.integer(step)
    if wide is not None and every is not None:
        return code.const((wide - 1) // every * every + 1)
    match width:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            pass
        case _:
            return width
    count = left if code.text(right) == code.text(step) else right
    if code.text(step) not in (code.text(left), code.text(right)):
        return width
    before = code.binary((linear(count) - Linear((), 1)).code(), ast.Mult(), step)
    return (linear(before) + Linear((), 1)).code()


def _backward(lifter: Lifter, dim: int, low: Counter, width: ast.expr) -> Place:
    """``n - i:n - i + w`` is a gather: windows of a tensor go forward only."""
    last = (low.offset - low.axis.stop + Linear((), 1)).collected()  # where the last one begins
    if last.terms:
        lifter.assume(f"{code.text(last.code())} >= 0")
    elif last.constant < 0:
        raise NotLiftable("a window that begins before the start")
    return _from(dim, counter_value(low), width)


def _from(dim: int, first: Value, width: ast.expr, step: Value | None = None) -> Place:
    """Indices of ``width`` items from the ``first`` on; those that a step takes of them."""
    deep = code.subscript(first.code, [*[code.FULL] * len(first.axes), code.NONE])
    counted = [width] if step is None else [code.const(0), width, step.code]
    made = code.binary(deep, ast.Add(), code.call("torch.arange", *counted))
    index = Value(made, first.axes, 1, "tensor", "int64", (None,))
    if step is not None:
        return Place(dim, index=index, crops=True, skips=step.code)
    return Place(dim, index=index, crops=True, crop=(first, width))


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
        ) if code.text(left) == code.text(last):
            pass
        case ast.Slice(
            lower=ast.expr() as first,
            upper=ast.BinOp(left=left, op=ast.Add(), right=width),
        ) if code.text(first) == code.text(left):
            pass
        case _:
            return None
    if lower is None or lower.counter is not None or lower.is_fixed or lower.rank:
        return None
    if lower.kind == "other" or lower.carry is not None or lower.scaled is not None:
        return None
    size = lifter.lift(width)
    if not size.is_fixed or (bounds[2] is not None and not bounds[2].is_fixed):
        return None
    return _from(dim, lower, size.code, bounds[2])


def is_none(node: ast.expr) -> bool:
    """Whether a part of a subscript makes a new dimension."""
    return isinstance(node, ast.Constant) and node.value is None


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
