"""The slice that a counter runs over."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.subscripts.whole_blocks import is_number_of_blocks
from loopscope.vectorize.value import NotLiftable


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
    base = base.removeprefix("torch.from_numpy(").removesuffix(")")
    whole = False
    if axis.length is not None and size is not None and not low.terms:
        end = low.constant + axis.length * axis.step
        whole = end >= size
        left = size - end
        if not whole and axis.step == 1 and left > 0 and _is_end_of(high, left):
            if not _is_size_of(lifter, axis, base, dim) and _is_named(base):
                lifter.assume(
                    f"{base}.shape[{dim}] == {code.text((high + Linear((), left)).code())}"
                )
            return ast.Slice(lower=lower, upper=code.const(-left), step=step)
    if whole:
        known = _is_size_of(lifter, axis, base, dim) or (
            lower is None and is_number_of_blocks(lifter, axis, base, dim)
        )
        if not known and _is_named(base):
            lifter.assume(_as_long_as(f"{base}.shape[{dim}]", axis, low, high))
        return ast.Slice(lower=lower, upper=None, step=step)
    return ast.Slice(lower=lower, upper=high.code(), step=step)


def runs_backward(counter: Counter) -> bool:
    """``n - 1 - i``: what is taken of a dimension is turned around."""
    return counter.sign == -1 and counter.also is None and counter.axis.step == 1


def turned_around(counter: Counter, size: int | None) -> Counter:
    """The counter that takes the same elements from the first to the last."""
    axis, offset = counter.axis, counter.offset
    if axis.length == size and axis.start.is_zero and not offset.terms and offset.constant == -1:
        offset = axis.stop - Linear((), 1)  # ``-1 - i`` counts from the end
    first = offset - axis.stop + Linear((), 1)
    last = offset - axis.start + Linear((), 1)
    return Counter(replace(axis, start=first, stop=last))


def slice_up_to_end(
    lifter: Lifter, counter: Counter, over: Linear, base: str, dim: int
) -> ast.Slice:
    """Return the slice of a counter whose last ``over`` iterations are behind the end."""
    axis = counter.axis
    low, high = axis.start + counter.offset, axis.stop + counter.offset - over
    if not _is_size_of(lifter, axis, base, dim) and _is_named(base):
        lifter.assume(f"{base}.shape[{dim}] == {code.text(high.code())}")
    return ast.Slice(lower=None if low.is_zero else low.code(), upper=None)


def _as_long_as(size: str, axis: Axis, low: Linear, high: Linear) -> str:
    """That the rest of a dimension is what the loop takes of it."""
    if axis.step == 1:
        return f"{size} == {code.text(high.code())}"
    first = "" if low.is_zero else f"{code.text(low.code())}, "
    taken = f"range({first or '0, '}{size}, {code.text(axis.step_code)})"
    return f"len({taken}) == {code.text(axis.size)}"


def _is_named(base: str) -> bool:
    return all(part.isidentifier() for part in base.split("."))


def _is_end_of(high: Linear, left: int) -> bool:
    """``len(x) - 1`` as upper bound: one before the end."""
    return bool(high.terms) and high.constant == -left and all(c == 1 for _, c in high.terms)


def _is_size_of(lifter: Lifter, axis: Axis, base: str, dim: int) -> bool:
    """Whether the loop runs as often as the dimension is long, whatever the sizes are.

    A loop with a step ends where the dimension does if its bound is the size: it stays inside.
    """
    size = code.text(axis.size if axis.step == 1 else axis.stop.code())
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
