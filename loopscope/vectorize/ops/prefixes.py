"""Reductions of slices that grow by one: ``x[:i + 1].sum()`` is ``x.cumsum(0)``.

Those that shrink by one, ``x[i:].max()``, are scans from the other end.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.span_masks import sized
from loopscope.vectorize.value import Value

_SCANS = {"sum": "cumsum", "mean": "cumsum", "prod": "cumprod", "max": "cummax", "amax": "cummax",
          "min": "cummin", "amin": "cummin", "logsumexp": "logcumsumexp"}  # fmt: skip
_OF_NONE = {"sum": 0, "prod": 1}


@dataclass(frozen=True, slots=True)
class _Slices:
    """Slices of one dimension that grow, or shrink, by one with each iteration.

    Attributes:
        first: Where the first of them ends, if they grow; where it begins, if they shrink.
        size: Of the whole dimension.
        rest: How much of the dimension is left behind the last bound.
    """

    axis: Axis
    first: int
    grows: bool
    size: ast.expr
    rest: Linear


def scanned_slices(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value | None:
    """Return the reductions of all slices from one scan; ``None`` where they are no such slices.

    The first of those that grow may be empty where a number stands for the reduction of none.
    """
    slices = _slices(lifter, mask) if call.name in _SCANS and _is_over(call, value) else None
    if slices is None or slices.axis in value.axes:
        return None
    is_empty = slices.grows and slices.first == 0
    if is_empty and (value.rank > 1 or value.axes or call.name not in _OF_NONE):
        return None
    if slices.rest.terms or slices.rest.constant < 0:
        used = (linear(slices.size) - slices.rest).code()
        lifter.assume(f"{code.text(used)} <= {code.text(slices.size)}")
    axes = union([value.axes, (slices.axis,)])
    at, place = len(value.axes) + value.masked, axes.index(slices.axis)
    made = _asked_for(_scan(lifter, call, value.code, at, slices), at, slices)
    if is_empty:
        pad = f"{lifter.imports.get('torch.nn.functional', 'torch.nn.functional')}.pad"
        sides = code.tuple_of([code.const(1), code.const(0)])
        begun = {"value": code.const(1)} if _OF_NONE[call.name] else {}
        made = code.call(pad, made, sides, **begun)
    if at != place:
        made = code.method(made, "movedim", code.const(at), code.const(place))
    rank = value.rank - 1
    if call.name == "mean":
        after = [code.NONE] * (len(axes) - 1 - place + rank)
        counts = code.subscript(_lengths(slices), [code.FULL, *after])
        made = code.binary(made, ast.Div(), counts)
    dtype = "int64" if call.name in _OF_NONE and "float" not in value.dtype else value.dtype
    return Value(made, axes, rank, "tensor", dtype, (None,) * rank)


def _is_over(call: Call, value: Value) -> bool:
    """Whether the op reduces the dimension that is sliced, and gives nothing but that."""
    if call.keywords.keys() - {"dim", "axis"} or len(call.args) > 2:
        return False
    dim = call.argument(1, "dim", "axis")
    if dim is None:
        return value.rank == 1
    places = (value.masked, value.masked - value.rank)
    return code.integer(dim.code) in places and call.name not in ("max", "min")


def _slices(lifter: Lifter, mask: Value) -> _Slices | None:
    lower, upper = (*mask.bounds, None, None)[:2]
    grows = upper is not None
    bound = upper if upper is not None else lower
    counter = bound.counter if bound is not None else None
    if (lower is not None and grows) or counter is None or mask.axes != (counter.axis,):
        return None
    if counter.sign != 1 or counter.also is not None or len(mask.bounds) > 2:
        return None
    axis, first = counter.axis, counter.axis.start + counter.offset
    if axis.step != 1 or first.terms or first.constant < 0 or mask.span is None:
        return None
    last = sized(lifter, linear(axis.size)) + first - Linear((), grows)
    rest = sized(lifter, linear(mask.span.size)) - last
    return _Slices(axis, first.constant, grows, mask.span.size, rest)


def _scan(lifter: Lifter, call: Call, whole: ast.expr, at: int, slices: _Slices) -> ast.expr:
    name = _SCANS[call.name]
    lifter.used_ops.append(f"torch.{name}")
    made = whole if slices.grows else code.method(whole, "flip", code.const(at))
    made = code.method(made, name, dim=code.const(at))
    if name in ("cummax", "cummin"):
        made = code.attribute_of(made, "values")
    return made if slices.grows else code.method(made, "flip", code.const(at))


def _asked_for(made: ast.expr, at: int, slices: _Slices) -> ast.expr:
    """The entries of a scan that the loop's iterations ask for, but for that of no items."""
    before = max(slices.first - slices.grows, 0)
    lower = code.const(before) if before else None
    if slices.rest.terms:
        upper: ast.expr | None = (linear(slices.size) - slices.rest).code()
    else:
        upper = code.const(-slices.rest.constant) if slices.rest.constant else None
    if lower is upper is None:
        return made
    return code.subscript(made, [*[code.FULL] * at, ast.Slice(lower, upper)])


def _lengths(slices: _Slices) -> ast.expr:
    """How many items each slice has."""
    first = Linear((), slices.first)
    if slices.grows:
        ends = first, linear(slices.axis.size) + first
        return code.call("torch.arange", *(end.code() for end in ends))
    ends = linear(slices.size) - first, slices.rest
    return code.call("torch.arange", *(end.code() for end in ends), code.const(-1))
