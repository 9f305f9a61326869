"""Slices that move with a counter: ``unfold``."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.named_sizes import divided_size
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.whole_blocks import are_blocks
from loopscope.vectorize.value import NotLiftable, Value


def from_first_window(place: Place) -> ast.expr:
    """The part of a dimension that begins where the first window does."""
    counter = place.counter
    if counter is None or place.stride is not None:
        return code.FULL
    first = counter.axis.start + counter.offset
    return code.FULL if first.is_zero else ast.Slice(lower=first.code())


def unfold_windows(
    lifter: Lifter,
    made: ast.expr,
    position: int,
    place: Place,
    base: Value,
    observed: int | None,
) -> ast.expr:
    """Return all windows of a dimension, as many as the loop has iterations."""
    counter = place.counter
    if counter is not None and place.stride is not None and place.window is not None:
        return _blocks(lifter, made, position, place, base)
    if counter is None or place.window is None or counter.sign != 1:
        raise NotLiftable("a window that does not begin at the counter")
    lifter.used_ops += ["Tensor.unfold", "torch.nn.functional.unfold"]
    axis = counter.axis
    first = axis.start + counter.offset
    if not first.terms and first.constant < 0:
        raise NotLiftable("a window that begins before the start")
    width = place.window
    size = base.shape[place.dim]
    if first.is_zero and _side_by_side(lifter, axis, place, base):
        lifter.used_ops += ["Tensor.unflatten", "torch.reshape"]
        sizes = code.tuple_of([code.const(-1), axis.step_code])
        return code.method(made, "unflatten", code.const(position), sizes)
    if size is not None:
        size = size - first.constant if not first.terms else None
    if place.skips is not None:
        observed = _reach(lifter, place.skips, observed)
    number = code.integer(width) or observed
    unfolded = code.method(made, "unfold", code.const(position), width, axis.step_code)
    if size is not None and number is not None and axis.length is not None:
        count = (size - number) // axis.step + 1
        if count != axis.length:
            front = [code.FULL] * position
            return code.subscript(unfolded, [*front, ast.Slice(upper=axis.size)])
    if not _follows_from(lifter, axis, base):
        lifter.assume(_as_many_windows(axis, first, linear(width), _whole(place, base)))
    return unfolded


def every_so_many(made: ast.expr, place: Place) -> ast.expr:
    """Every second, third, … item of windows, which are the last dimension."""
    if place.skips is None:
        return made
    return code.subscript(made, [code.const(...), ast.Slice(step=place.skips)])


def _reach(lifter: Lifter, step: ast.expr, items: int | None) -> int:
    """How far it is from the first to the last of items that a slice with a step takes.

    Raises:
        NotLiftable: It differs: an end of the data cuts slices short.
    """
    every = _number(lifter, step)
    if items is None or every is None:
        raise NotLiftable("a slice with a step that differs in length")
    return (items - 1) * every + 1


def _side_by_side(lifter: Lifter, axis: Axis, place: Place, base: Value) -> bool:
    """Whether windows are as wide as the loop's step, and take the whole dimension."""
    whole = axis.length is not None and base.shape[place.dim] == axis.length * axis.step
    if place.skips is not None:
        return False
    as_wide = place.window is not None and code.text(place.window) == code.text(axis.step_code)
    name, rank = code.text(base.code), base.rank + len(base.axes)
    return whole and as_wide and are_blocks(lifter, axis, name, _dim(place, base), rank)


def _as_many_windows(axis: Axis, first: Linear, width: Linear, whole: str) -> str:
    """That the loop takes all windows that there are."""
    less = width - Linear((), 1)
    if axis.step == 1:
        return f"{whole} == {code.text((axis.stop + first - axis.start + less).code())}"
    end = code.text((Linear(((whole, 1),)) - less).code())
    taken = f"range({code.text(first.code())}, {end}, {code.text(axis.step_code)})"
    return f"len({taken}) == {code.text(axis.size)}"


def _follows_from(lifter: Lifter, axis: Axis, base: Value) -> bool:
    """Whether the number of windows is computed from the tensor's size."""
    stop = axis.stop.code()
    names = {dotted(n) for n in ast.walk(stop) if isinstance(n, ast.Name | ast.Attribute)}
    named = dotted(base.code)
    sizes = {name for name, (of, _) in lifter.sizes.items() if of == named}
    return not named or named in names or bool(names & sizes)


def _blocks(lifter: Lifter, made: ast.expr, position: int, place: Place, base: Value) -> ast.expr:
    """Blocks of a dimension, side by side or overlapping."""
    counter, width, stride = place.counter, place.window, place.stride
    if counter is None or width is None or stride is None or not counter.axis.start.is_zero:
        raise NotLiftable("blocks that do not begin at the start")
    lifter.used_ops += ["Tensor.unfold", "Tensor.unflatten"]
    axis, size, step = counter.axis, base.shape[place.dim], _number(lifter, stride)
    unfolded = code.method(made, "unfold", code.const(position), width, stride)
    if step is None or _is_count(axis, size, _number(lifter, width), step) is False:
        return code.subscript(unfolded, [*[code.FULL] * position, ast.Slice(upper=axis.size)])
    if _all_blocks(lifter, axis, base, place, stride):
        return unfolded
    whole, parts = _whole(place, base), code.binary(axis.size, ast.Mult(), stride)
    if code.text(width) != code.text(stride) or size is None or size % step:
        lifter.assume(_fits(whole, width, stride, axis))
        return unfolded
    lifter.assume(f"{whole} == {code.text(parts)}")
    return code.method(made, "unflatten", code.const(position), code.tuple_of([axis.size, stride]))


def _all_blocks(lifter: Lifter, axis: Axis, base: Value, place: Place, stride: ast.expr) -> bool:
    """Whether the loop is over as many blocks as there are, whatever the sizes are."""
    stop, dim = axis.stop.code(), _dim(place, base)
    count = lifter.counts.get(dotted(stop)) or divided_size(stop, lifter.sizes)
    return count == (dotted(base.code), dim, code.text(stride))


def _is_count(axis: Axis, size: int | None, width: int | None, step: int) -> bool | None:
    """Whether the loop took all windows there are; ``None`` where it is not known."""
    if size is None or width is None or axis.length is None:
        return None
    return (size - width) // step + 1 == axis.length


def _whole(place: Place, base: Value) -> str:
    return f"{code.text(base.code)}.shape[{_dim(place, base)}]"


def _dim(place: Place, base: Value) -> int:
    return place.dim + len(base.axes)


def _fits(whole: str, width: ast.expr, step: ast.expr, axis: Axis) -> str:
    """That there are as many windows as iterations."""
    if code.text(width) == code.text(step):
        return f"{whole} // {code.text(step)} == {code.text(axis.size)}"
    last = code.binary(ast.parse(whole, mode="eval").body, ast.Sub(), width)
    return f"({code.text(last)}) // {code.text(step)} + 1 == {code.text(axis.size)}"


def _number(lifter: Lifter, node: ast.expr) -> int | None:
    """A whole number as it was observed."""
    number = code.integer(node)
    if number is not None:
        return number
    seen = lifter.loaded.get(dotted(node))
    return seen.value if seen is not None and isinstance(seen.value, int) else None
