"""Counters that take whole dimensions or slices of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter, union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.beyond import items_beyond, padded
from loopscope.vectorize.subscripts.counted_slice import (
    runs_backward,
    slice_of,
    slice_up_to_end,
    turned_around,
)
from loopscope.vectorize.subscripts.strided import strided_slice
from loopscope.vectorize.subscripts.sums import from_first_sum, unfold_sum
from loopscope.vectorize.subscripts.windows import (
    every_so_many,
    from_first_window,
    unfold_windows,
)
from loopscope.vectorize.value import Value


def read_slices(lifter: Lifter, base: Value, places: Sequence[Place], seen: Seen | None) -> Value:
    """Counters take whole dimensions or slices of them; these become batch axes."""
    name = code.text(base.code)
    index: list[ast.expr] = [code.FULL] * len(base.axes)
    kept: list[Axis | int] = list(base.axes)  # what each dimension of the result is
    windows: list[tuple[int, Place]] = []
    doubled: list[tuple[int, Counter, str]] = []
    rolled: list[tuple[int, int]] = []
    flipped: list[int] = []
    short: list[tuple[int, Linear, Counter]] = []
    for k, place in enumerate(places):
        size = base.shape[place.dim] if 0 <= place.dim < len(base.shape) else None
        if place.counter is not None and place.every > 1:
            deep = place.dim + len(base.axes)
            index.append(strided_slice(lifter, place, size, name, deep))
            kept.append(place.counter.axis)
        elif place.counter is not None and place.counter.also is not None:
            doubled.append(
                (len(kept), place.counter, f"{name}.shape[{place.dim + len(base.axes)}]")
            )
            index.append(from_first_sum(lifter, place.counter))
            kept.append(place.counter.axis)
        elif place.window is not None and place.counter is not None:
            windows.append((len(kept), place))
            index.append(from_first_window(place))
            kept.append(place.counter.axis)
        elif place.counter is not None and runs_backward(place.counter):
            flipped.append(len(kept))
            forward = turned_around(place.counter, size)
            index.append(slice_of(lifter, forward, size, name, place.dim))
            kept.append(place.counter.axis)
        elif place.counter is not None and (turn := _wraps(place.counter, size)):
            rolled.append((len(kept), turn))
            index.append(code.FULL)
            kept.append(place.counter.axis)
        elif place.counter is not None and (over := items_beyond(lifter, place.counter, size)):
            short.append((len(kept), over, place.counter))
            index.append(slice_up_to_end(lifter, place.counter, over, name, place.dim))
            kept.append(place.counter.axis)
        elif place.counter is not None:
            deep = place.dim + len(base.axes)
            index.append(slice_of(lifter, place.counter, size, name, deep))
            kept.append(place.counter.axis)
        elif place.fixed is not None:
            index.append(place.fixed)
            if not place.drops:
                kept.append(k)
    taken = sum(p.dim >= 0 for p in places)
    kept += [len(places) + k for k in range(base.rank - taken)]
    made = code.subscript(base.code, index)
    widths: dict[Axis, int] = {}
    for position, place in windows:
        dim = sum(p.keeps for p in places[: places.index(place)])
        width = seen.shape[dim] if seen is not None and len(seen.shape) > dim else None
        assert place.counter is not None
        at = kept.index(place.counter.axis)
        made = every_so_many(unfold_windows(lifter, made, at, place, base, width), place)
        widths[place.counter.axis] = -1 - position
        kept.insert(at + 1 if _is_split(made) else len(kept), -1 - position)
    for position, over, counter in short:
        made = padded(lifter, made, over, position, len(kept), counter)
    if flipped:
        lifter.used_ops.append("torch.flip")
        made = code.method(made, "flip", *map(code.const, flipped))
    for position, turn in rolled:
        lifter.used_ops.append("torch.roll")
        made = code.method(made, "roll", code.const(turn), code.const(position))
    for position, counter, whole in doubled:
        made = unfold_sum(lifter, made, position, counter, whole)
        if counter.also is not None:
            kept.append(counter.also)
    axes = tuple(k for k in kept if isinstance(k, Axis))
    wanted: list[Axis | int] = [*union([axes])]
    for what in kept:  # item dimensions, a window where its loop stood
        if isinstance(what, Axis):
            wanted += [widths[what]] if what in widths else []
        elif what >= 0:
            wanted.append(what)
    made = code.permuted(made, kept, wanted)
    rank = len(wanted) - len(axes)
    return Value(made, union([axes]), rank, "tensor", base.dtype, (None,) * rank)


def _is_split(node: ast.expr) -> bool:
    """Whether windows lie side by side: their width stands behind their number."""
    return isinstance(node, ast.Call) and code.text(node.func).endswith(".unflatten")


def _wraps(counter: Counter, size: int | None) -> int:
    """``x[i - 1]`` for all ``i`` begins with the last item: by how much it is rolled."""
    low = counter.axis.start + counter.offset
    whole = counter.axis.length == size and counter.axis.step == 1 and counter.sign == 1
    return -low.constant if whole and not low.terms and low.constant < 0 else 0
