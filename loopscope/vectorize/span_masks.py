"""Masks of slices whose length differs between iterations: those of one length have one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.named_sizes import size_of
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.value import NotLiftable, Value, align

_MEET = "slices of different lengths meet"


def common_mask(lifter: Lifter, values: Sequence[Value]) -> Value | None:
    """Return the mask of what is made of these values; ``None`` where none has one.

    Raises:
        NotLiftable: Their lengths are not the same.
    """
    masks = [v.mask for v in values if v.mask is not None]
    for other in masks[1:]:
        alike = other.axes == masks[0].axes and code.text(other.code) == code.text(masks[0].code)
        if not alike:
            _assume_alike(lifter, masks[0], other)
    return masks[0] if masks else None


def masked_dim(values: Sequence[Value], rank: int) -> int:
    """Return which dimension of what is made of these values is masked.

    Raises:
        NotLiftable: It is not the same of each.
    """
    dims = {v.masked + rank - v.rank for v in values if v.mask is not None}
    if len(dims) > 1:
        raise NotLiftable(_MEET)
    return dims.pop() if dims else 0


def filled_outside(value: Value, mask: Value, neutral: str) -> ast.expr:
    """Return the code with a neutral value where the mask does not hold."""
    axes = union([value.axes, mask.axes])
    whole = align(value, axes, value.rank)
    if neutral in ("0", "False") and value.zeroed is value.code:
        return whole
    test = align(mask, axes, 1)
    before, after = value.masked, value.rank - 1 - value.masked
    if before or after:
        front = [code.FULL if axis in mask.axes else code.NONE for axis in axes]
        index = [*front, *[code.NONE] * before, code.FULL, *[code.NONE] * after]
        test = code.subscript(mask.code, index)
    if value.dtype == "bool" and neutral in ("0", "False"):
        return code.binary(whole, ast.BitAnd(), test)
    return code.call("torch.where", test, whole, ast.parse(neutral, mode="eval").body)


def with_mask_in(value: Value) -> Value:
    """A test that holds nowhere outside of its mask; anything else as it is."""
    if value.mask is None or value.dtype != "bool" or value.carry is not None:
        return value
    axes = union([value.axes, value.mask.axes])
    made = filled_outside(value, value.mask, "False")
    return replace(value, code=made, axes=axes, zeroed=made)


def count_inside(mask: Value) -> Value:
    """How many the mask holds."""
    if mask.span is not None and mask.span.bounds and mask.span.length is not None:
        return Value(mask.span.length.code())
    return Value(code.method(mask.code, "sum", dim=len(mask.axes)), mask.axes)


def is_never_empty(lifter: Lifter, mask: Value) -> bool:
    """Whether each iteration's slice has an item for certain: ``x[:t + 1]``."""
    length = mask.span.length if mask.span is not None else None
    if length is None or len(length.terms) != 1:
        return False
    (term, sign), *_ = length.terms
    starts = [axis.start for axis in lifter.axes if axis.name == term]
    return any(
        sign == 1 and not start.terms and start.constant + length.constant >= 1 for start in starts
    )


def _assume_alike(lifter: Lifter, one: Value, other: Value) -> None:
    if one.span is None or other.span is None or one.axes != other.axes:
        raise NotLiftable(_MEET)
    if one.span.bounds != other.span.bounds or bool(one.span.length) != bool(other.span.length):
        raise NotLiftable(_MEET)
    if one.span.length is not None and other.span.length is not None:
        assume_equal(lifter, one.span.length, other.span.length)
    elif not one.span.bounds:
        raise NotLiftable(_MEET)
    assume_equal(lifter, linear(one.span.size), linear(other.span.size))


def assume_equal(lifter: Lifter, one: Linear, other: Linear) -> None:
    """Two sizes are the same.

    Raises:
        NotLiftable: They never are, or not in all iterations.
    """
    rest = sized(lifter, one) - sized(lifter, other)
    if rest.is_zero:
        return
    positive = Linear(tuple((t, c) for t, c in rest.terms if c > 0))
    names = {axis.name for axis in lifter.axes}
    if not rest.terms or any(term in names for term, _ in rest.terms):
        raise NotLiftable(_MEET)
    lifter.assume(f"{code.text(positive.code())} == {code.text((positive - rest).code())}")


def sized(lifter: Lifter, length: Linear) -> Linear:
    """Return the length with names of sizes written out: ``x.shape[0]`` for ``n``."""
    total = Linear((), length.constant)
    for term, count in length.terms:
        of = lifter.sizes.get(term) or size_of(ast.parse(term, mode="eval").body)
        plain = f"{of[0]}.shape[{of[1]}]" if of is not None else term
        total += Linear(((plain, count),))
    return total
