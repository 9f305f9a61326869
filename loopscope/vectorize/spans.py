"""Slices whose length differs between iterations: masks over the whole dimension."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.known import Members, Segments, Span
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import NotLiftable, Value, align
from loopscope.vectorize.view_sizes import view_size


def span_mask(lifter: Lifter, span: tuple[Value | None, Value | None], size: ast.expr) -> Value:
    """Return ``lower <= position < upper`` for every position of a dimension."""
    bounds = [b for b in span if b is not None]
    if any(b.kind == "other" or b.carry is not None or b.members for b in bounds):
        raise NotLiftable("a slice whose bounds are not understood")
    axes = union([b.axes for b in bounds])
    place = positions(lifter, size)
    lower, upper = (from_the_end(lifter, b, size) for b in span)
    tests: list[ast.expr] = []
    if lower is not None and begins_later(lower):
        tests.append(ast.Compare(place.code, [ast.GtE()], [align(lower, axes, 1)]))
    if upper is not None:
        tests.append(ast.Compare(place.code, [ast.Lt()], [align(upper, axes, 1)]))
    made = tests[0] if len(tests) == 1 else code.binary(tests[0], ast.BitAnd(), tests[1])
    length = None if len(tests) == 2 or upper is None else length_of(upper)
    texts = tuple("" if b is None else code.text(b.code) for b in span)
    held = Span(None, size, texts) if length is None else Span(length, size)
    return Value(made, axes, 1, "tensor", "bool", (None,), span=held)


def positions(lifter: Lifter, size: ast.expr) -> Value:
    """Return ``torch.arange(size)``, made once."""
    size = named_size(lifter, size)
    place = lifter.ranges.get(code.text(size))
    if place is None:
        place = lifter.bind("position", Value(code.call("torch.arange", size), rank=1))
        lifter.ranges[code.text(size)] = place
    return place


def named_size(lifter: Lifter, size: ast.expr) -> ast.expr:
    """``n`` for ``x.shape[0]``, where it was set to that and still is that large."""
    match size:
        case ast.Subscript(value=ast.Attribute(value=tensor, attr="shape"), slice=dim):
            seen, number = lifter.loaded.get(dotted(tensor)), code.integer(dim)
        case _:
            return size
    if seen is None or number is None or number >= len(seen.shape):
        return size
    for name, of in lifter.sizes.items():
        known = lifter.loaded.get(name)
        if of == (dotted(tensor), number) and known and known.value == seen.shape[number]:
            return code.name(name)
    return size


def counted_range(lifter: Lifter, value: Value) -> Value:
    """Return ``torch.arange(n)`` of the longest, with a mask of what each iteration counts."""
    stop = value.counts
    if value.kind != "other" or stop is None:
        return value
    counter, size = stop.counter, None
    if stop.counted is not None and stop.counted.span is not None and not stop.counted.span.bounds:
        place = positions(lifter, stop.counted.span.size)
        made = place.code
        if value.dtype != "int64":
            made = code.method(made, "to", code.attribute(f"torch.{value.dtype}"))
        return replace(place, code=made, dtype=value.dtype, shape=(None,), mask=stop.counted)
    if counter is not None and counter.also is None and counter.axis.step == 1:
        last = counter.axis.stop - Linear((), 1) if counter.sign == 1 else -counter.axis.start
        size = (counter.offset + last).code()
    elif counter is None and stop.axes:
        size = code.call("int", code.method(stop.code, "max"))
    if size is None:
        raise NotLiftable("a range whose length differs between iterations")
    mask = span_mask(lifter, (None, stop), size)
    return replace(positions(lifter, size), dtype="int64", shape=(None,), mask=mask)


def begins_later(lower: Value) -> bool:
    """Whether a slice begins anywhere but at zero."""
    return not (lower.is_fixed and code.integer(lower.code) == 0)


def length_of(bound: Value) -> Linear | None:
    """Return a bound as a sum of sizes and counters; ``None`` where it is read from data."""
    counter = bound.counter
    if counter is None:
        return linear(bound.code) if bound.is_fixed else None
    if counter.also is not None or counter.numbered:
        return None
    moved = Linear(((counter.axis.name, counter.sign),))
    return moved + counter.offset


def span_size(lifter: Lifter, base: str, dim: int) -> ast.expr:
    """The size of a stored-to dimension, as its initialisation has it."""
    made = lifter.initial.get(base)
    if made is not None and len(made.shape) > dim:
        return made.shape[dim]
    if made is not None and made.like and dotted(ast.parse(made.like, mode="eval").body):
        base = made.like
    return code.subscript(code.attribute_of(code.attribute(base), "shape"), [code.const(dim)])


def from_the_end(lifter: Lifter, bound: Value | None, size: ast.expr) -> Value | None:
    """``-n`` counts from the end, as long as ``n`` is no zero."""
    match bound:
        case Value(code=ast.UnaryOp(op=ast.USub(), operand=operand)) if not _rounds_up(operand):
            if code.integer(operand) is None:
                positive = ast.Compare(operand, [ast.Gt()], [code.const(0)])
                test = code.method(positive, "all") if bound.axes else positive
                lifter.assume(code.text(code.call("bool", test)))
            moved = bound.counter
            if moved is not None:
                moved = replace(moved, offset=moved.offset + linear(size))
            return replace(bound, code=code.binary(size, ast.Sub(), operand), counter=moved)
        case _:
            return bound


def _rounds_up(operand: ast.expr) -> bool:
    """``-(-i * n // k)`` is ``i * n / k``, rounded up."""
    negative = operand.left if isinstance(operand, ast.BinOp) else operand
    while isinstance(negative, ast.BinOp):
        negative = negative.left
    floors = isinstance(operand, ast.BinOp) and isinstance(operand.op, ast.FloorDiv)
    return floors and isinstance(negative, ast.UnaryOp) and isinstance(negative.op, ast.USub)


def spanned_mask(lifter: Lifter, places: Sequence[Place], base: str) -> tuple[Value, list[int]]:
    """Return the mask of all span dimensions of a store together, and these dimensions."""
    dims = [k for k, p in enumerate(places) if p.span is not None]
    found: Value | None = None
    for position, k in enumerate(dims):
        span = places[k].span
        if span is None:
            continue
        size = span_size(lifter, base, places[k].dim)
        one = span_mask(lifter, span, size)
        index = [code.FULL] * len(one.axes) + [
            code.FULL if q == position else code.NONE for q in range(len(dims))
        ]
        while index and code.is_full(index[-1]):
            index.pop()
        if not one.axes and code.NONE not in index[len(one.axes) :]:
            index = []
        shaped = replace(one, code=code.subscript(one.code, index), rank=len(dims))
        if found is None:
            found = shaped
        else:
            axes = union([found.axes, shaped.axes])
            both = code.binary(
                align(found, axes, len(dims)), ast.BitAnd(), align(shaped, axes, len(dims))
            )
            found = Value(both, axes, len(dims), "tensor", "bool")
    if found is None:
        raise NotLiftable("no slice of differing length")
    return found, dims


def drop_axes(lifter: Lifter, mask: Value, axes: Sequence[Axis]) -> Value:
    """A position is covered when any of these iterations covers it."""
    for axis in sorted(axes, key=lambda a: -a.order):
        if axis not in mask.axes:
            continue
        dim = mask.axes.index(axis)
        made = code.method(mask.code, "any", dim=dim)
        lifter.used_ops.append("torch.any")
        mask = replace(mask, code=made, axes=tuple(a for a in mask.axes if a != axis))
    return mask


def segments_of(
    lifter: Lifter, span: tuple[Value | None, Value | None] | None, whole: ast.expr | None = None
) -> Members | None:
    """``offsets[i]:offsets[i + 1]`` of ``whole`` as owners of rows.

    The last segment may end where the whole does, and no offset say so.
    """
    if span is None or span[0] is None or span[1] is None:
        return None
    lower, upper = span[0], span[1]
    if whole is not None and (found := _up_to_the_end(lifter, lower, upper, whole)):
        return found
    first, second = _sliced(lower.code), _sliced(upper.code)
    if first is None or second is None or first[0] != second[0] or len(lower.axes) != 1:
        return None
    if (first[1], second[1]) not in ((":-1", "1:"), ("", "1:")):
        return None
    axis = lower.axes[0]
    known = lifter.owners.get(first[0])
    if known is None:
        offsets = ast.parse(first[0], mode="eval").body
        made = code.call(
            "torch.repeat_interleave",
            code.call("torch.arange", axis.size),
            code.method(offsets, "diff"),
        )
        lifter.used_ops.append("torch.repeat_interleave")
        lifter.assume(f"int({first[0]}[0]) == 0")
        lifter.assume(f"bool(({first[0]}.diff() >= 0).all())")
        known = lifter.bind("owner", Value(made, rank=1))
        lifter.owners[first[0]] = known
        lifter.segments[code.text(known.code)] = Segments(
            offsets, code.method(offsets, "diff"), with_end=True
        )
    return Members(axis, known.code)


def _up_to_the_end(lifter: Lifter, lower: Value, upper: Value, whole: ast.expr) -> Members | None:
    """Segments that begin at ``offsets`` and end at ``F.pad(offsets[1:], (0, 1), value=len(x))``.

    ``None`` for any others.
    """
    offsets = lower.code
    match lifter.written_out(upper.code):
        case ast.Call(args=[rest, _], keywords=[ast.keyword(arg="value", value=end)]) if (
            _sliced(rest) == (code.text(offsets), "1:") and len(lower.axes) == 1
        ):
            pass
        case _:
            return None
    text, size = code.text(offsets), view_size(whole, 0)
    key = f"{text} up to {code.text(end)}"
    known = lifter.owners.get(key)
    if known is None:
        axis = lower.axes[0]
        base = code.text(whole)
        if code.text(end) not in {f"len({base})", f"{base}.size(0)", f"{base}.shape[0]"}:
            lifter.assume(code.text(ast.Compare(end, [ast.Eq()], [size])))
        sizes = lifter.bind("sizes", Value(code.binary(upper.code, ast.Sub(), offsets)))
        counted = code.call("torch.arange", axis.size)
        made = code.call("torch.repeat_interleave", counted, sizes.code)
        lifter.used_ops.append("torch.repeat_interleave")
        lifter.assume(f"int({text}[0]) == 0")
        lifter.assume(f"bool(({code.text(sizes.code)} >= 0).all())")
        known = lifter.owners[key] = lifter.bind("owner", Value(made, rank=1))
        owner = code.text(known.code)
        lifter.owners[f"rows of {owner}"] = replace(sizes, axes=(axis,), dtype="int64")
        lifter.segments[owner] = Segments(offsets, sizes.code, with_end=False)
    return Members(lower.axes[0], known.code)


def _sliced(node: ast.expr) -> tuple[str, str] | None:
    match node:
        case ast.Subscript(value=value, slice=ast.Slice() as part):
            return code.text(value), code.text(part)
        case ast.Name():
            return code.text(node), ""
        case _:
            return None
