"""What a name of the loop stands for once all iterations are taken together."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Literal

from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.code import FULL, NONE, const, method, subscript
from loopscope.vectorize.known import (
    Apart,
    Both,
    Bound,
    Compared,
    Coordinates,
    Each,
    Members,
    Picked,
    Span,
    Summands,
)
from loopscope.vectorize.linear import Linear

ValueKind = Literal["tensor", "number", "other"]
Form = Literal[
    "keep", "add", "mul", "affine", "max", "min", "or", "and", "cat", "logaddexp", "compared",
    "left", "right", "first", "latest", "restart", "scattered", "stopped", "toggle",
]  # fmt: skip


class NotLiftable(Exception):
    """The loop, or this part of it, has no whole-tensor form that we know."""


@dataclass(frozen=True, slots=True)
class Carry:
    """How a value follows from what a carried variable was when the iteration began.

    Attributes:
        name: The variable.
        form: ``add``: it plus ``term``; ``affine``: ``scale`` times it plus ``term``;
            ``restart``: ``affine``, but made anew as ``first`` where ``test`` holds;
            ``compared``: it ``>`` or ``<`` (``op``) than ``term``; ``left``: ``term @`` it;
            ``first``: ``term`` of the first iteration in which ``scale`` holds; ``latest``:
            ``term`` of the latest one in which ``test`` holds; ``scattered``: rows ``term``
            are added at the places ``scale``; ``stopped``: ``term`` of the iteration that leaves
            the loop; ``toggle``: it turned over, as ``op`` says, where ``term`` holds; …
        op: Of a comparison: ``max`` or ``min``, and whether it is strict. Of ``restart``: whether
            it is made anew ``before`` the update or ``instead`` of it.
        test: Of an update: where it is made, if not in every iteration.
        first: What it is set to where it was ``None`` before, or is made anew.
        of: Of what is picked at an extremum: the extremum's own name.
        inner: Of what is picked in several loops: the extremum over the inner ones.
    """

    name: str
    form: Form
    term: Value | None = None
    scale: Value | None = None
    op: str = ""
    test: Value | None = None
    first: Value | None = None
    of: str = ""
    inner: Value | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """An expression with its batch axes in front of one item's own dimensions.

    Attributes:
        axes: Batch dimensions, outermost loop first: the leading dimensions of ``code``.
        rank: Number of an item's dimensions.
        shape: An item's shape as observed, ``None`` where it differed or is not known.
        kind: What an item is in the loop; a ``number`` with axes is a tensor once lifted.
        counter: Set where the value is a counter, or one plus something fixed.
        carry: Set where the value depends on a carried variable.
        fill: Set where every element is this number: ``zeros``, ``ones``, ``full``.
        list_of: Set where the value is a list that the loop fills.
        parts: Set where the value is a tuple of values.
        selects: Of a mask ``owner == k``: the rows it selects.
        bound: Of a comparison of a vector with an edge: which.
        picked: Of rows that a triangle of pairs picks: from what, as long as ``code`` is that.
        summands: Of a sum whose terms each lack a dimension: these, as long as ``code`` is that.
        members: The item's leading dimension are the rows of a group; ``code`` holds all rows.
        mask: One of the item's dimensions, ``masked``, counts only where this holds.
        boxed: The same for the last two dimensions: of these only reductions can be had.
        zeroed: Where the mask does not hold the elements are 0, as long as ``code`` is that.
        ragged: Items of a list that differ in size; ``code`` is the list.
        item: What such an item is called.
        factors: What it is the product of: a sum of products is a contraction.
        scaled: A counter times a fixed number, plus something fixed.
        outer: Of ``factors``: it is their outer product.
        both: The tests that hold together in it, as long as ``code`` is that: their number is a
            product of matrices.
        compared: Of a comparison: what is compared.
        python: In the loop it is a Python number, or a list of them, not a tensor.
        rolled: A counter that goes round: ``(i + 1) % n`` of all ``n``, as the loop and the shift.
        law: Of a distribution: its class. ``rank`` is that of its batch.
        array: ``code`` is a numpy array.
        span: Of a mask: the positions that it holds, where they are the first.
        bounds: Of a ``slice`` that is kept in a variable: where it begins and ends, and its step.
        repeats: ``code`` is a row; the item is as many of it in its leading dimension.
        digits: ``i * len(j) + j``: the loops of ``i`` and ``j``.
        counts: It is ``torch.arange`` up to this, which differs between iterations; of a mask: as
            many of an inner loop's iterations run.
        counted: Of the length of a slice: its mask.
        cut: Of a counter that does not go below or above a bound: the counter and the bound.
        modules: Of an item of a list of modules, ``code``: their class.
        nothing: Where it is ``None`` in the loop.
        apart: How far two loops' counters are apart, as long as ``code`` is that.
        each: Set where the value is a list in every iteration, as gradients are.
        coordinates: Of places where a mask holds: which, as long as ``code`` is that.
    """

    code: ast.expr
    axes: tuple[Axis, ...] = ()
    rank: int = 0
    kind: ValueKind = "tensor"
    dtype: str = ""
    shape: tuple[int | None, ...] = ()
    counter: Counter | None = None
    carry: Carry | None = None
    fill: ast.expr | None = None
    list_of: ListValue | None = None
    parts: tuple[Value, ...] | None = None
    selects: Members | None = None
    bound: Bound | None = None
    picked: Picked | None = None
    summands: Summands | None = None
    members: Members | None = None
    mask: Value | None = None
    masked: int = 0
    boxed: tuple[Value, Value] | None = None
    zeroed: ast.expr | None = None
    ragged: bool = False
    item: str = ""
    factors: tuple[Value, Value] | None = None
    both: Both | None = None
    compared: Compared | None = None
    scaled: tuple[Axis, ast.expr, Linear] | None = None
    outer: bool = False
    python: bool = False
    rolled: tuple[Axis, int] | None = None
    law: str = ""
    array: bool = False
    span: Span | None = None
    bounds: tuple[Value | None, ...] = ()
    counts: Value | None = None
    counted: Value | None = None
    cut: tuple[Counter, ast.expr] | None = None
    modules: str = ""
    repeats: Value | None = None
    digits: tuple[Axis, Axis] | None = None
    nothing: Value | None = None
    apart: Apart | None = None
    each: Each | None = None
    coordinates: Coordinates | None = None

    @property
    def is_fixed(self) -> bool:
        """The same in every iteration."""
        return (
            not self.axes
            and self.counter is None
            and self.carry is None
            and self.members is None
            and self.boxed is None
            and (self.mask is None or self.mask.is_fixed)
            and all(part.is_fixed for part in self.parts or ())
        )


@dataclass(frozen=True, slots=True)
class ListValue:
    """A Python list that the loop fills.

    Attributes:
        axes: Loops that it was filled by, outermost first; flattened they are its length.
        item: One item; ``None`` while it is empty.
        mask: Items are appended where this holds; ``None`` for all.
        whole: The tensor of all items, where it has a name already.
        front: Items are inserted at its front.
        more: Further items that each iteration appends.
        before: How many of the items it held before the loop.
    """

    axes: tuple[Axis, ...] = ()
    item: Value | None = None
    mask: Value | None = None
    whole: Value | None = None
    front: bool = False
    more: tuple[Value, ...] = ()
    before: int = 0


def whole_number(code: ast.expr) -> Value:
    """Return a fixed Python ``int``."""
    return Value(code, kind="number", dtype="int")


def align(value: Value, axes: tuple[Axis, ...], rank: int) -> ast.expr:
    """Return the code with size-1 dimensions where ``axes`` or ``rank`` have more.

    Broadcasting adds leading dimensions by itself: they are left out.
    """
    if not value.axes:
        return value.code
    if value.axes == axes and value.rank == rank:
        return value.code
    index: list[ast.expr] = [FULL if axis in value.axes else NONE for axis in axes]
    while index and index[0] is NONE:
        index.pop(0)
    index += [NONE] * (rank - value.rank)
    return subscript(value.code, index) if NONE in index else value.code


def expand(value: Value, axes: tuple[Axis, ...]) -> Value:
    """Return the value with all of ``axes``, repeated along those that it lacks."""
    if value.axes == axes:
        return value
    code = align(value, axes, value.rank)
    missing = [axis for axis in axes if axis not in value.axes]
    sizes = [axis.size if axis in missing else const(-1) for axis in axes]
    sizes += [const(-1)] * value.rank
    return replace(value, code=method(code, "expand", *sizes), axes=axes)
