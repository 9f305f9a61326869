"""Index tensors that may lie outside where a test keeps the loop from reading."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.place import Place
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import Value


def kept_inside(lifter: Lifter, base: Value, places: Sequence[Place]) -> list[Place]:
    """Return the places with index tensors that lie inside where the loop does not read.

    A place that is counted, ``(x < q).sum()``, may be the one behind the last; of any other it is
    not known, and it is zero where the test does not hold if the draft takes such care. Without a
    test around it an index stays: outside it raises, as in the loop.
    """
    guard = lifter.guard
    if guard is None or not guard.axes or guard.carry is not None or guard.rank:
        return list(places)
    for place in places:
        if place.counter is not None:
            _assume_no_shorter(lifter, base, place, place.counter)
    return [
        replace(p, index=_inside(lifter, base, p, p.index, guard))
        if p.index is not None and _is_one_place(p.index)
        else p
        for p in places
    ]


def _assume_no_shorter(lifter: Lifter, base: Value, place: Place, counter: Counter) -> None:
    """Note that a dimension is as long as the loop runs: what is not read there, we read."""
    axis = counter.axis
    size = base.shape[place.dim] if place.dim < len(base.shape) else None
    if axis.start.is_zero and counter.offset.is_zero and axis.length == size and counter.sign == 1:
        slice_of(lifter, counter, size, code.text(base.code), place.dim + len(base.axes))


def _is_one_place(index: Value) -> bool:
    return (
        not index.rank
        and bool(index.axes)
        and index.members is None
        and index.mask is None
        and index.counter is None
        and index.dtype not in ("bool", "uint8")
    )


def _inside(lifter: Lifter, base: Value, place: Place, index: Value, guard: Value) -> Value:
    size = base.shape[place.dim] if place.dim < len(base.shape) else None
    reach = _reach(lifter, index.code)
    if reach is not None and reach.length == size and -reach.length <= reach.least:
        if reach.beyond < 0:
            return index
        _assume_as_long(lifter, base, place, reach)
        last = code.binary(code.call("len", reach.over), ast.Sub(), code.const(1))
        return replace(index, code=code.method(index.code, "clamp", max=last))
    if lifter.reads != "guarded":
        return index
    return choose(lifter, guard, index, Value(code.const(0), kind="number", dtype="int"))


@dataclass(frozen=True, slots=True)
class _Reach:
    """Places from ``least`` to ``len(over) + beyond``.

    Attributes:
        length: Of ``over``, as observed.
    """

    over: ast.expr
    length: int
    least: int
    beyond: int


def _reach(lifter: Lifter, node: ast.expr) -> _Reach | None:
    """How far a place goes that was counted along a vector; ``None`` for any other."""
    match lifter.written_out(node):
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            by, found = code.integer(right), _reach(lifter, left)
            if by is None or found is None:
                return None
            by = by if isinstance(op, ast.Add) else -by
            return replace(found, least=found.least + by, beyond=found.beyond + by)
        case ast.Call(func=ast.Attribute(attr="int" | "long", value=whole), args=[], keywords=[]):
            return _reach(lifter, whole)
        case ast.Call(func=function, args=[first, second, *_]) if code.text(function) in (
            "torch.searchsorted",
            "torch.bucketize",
        ):
            over = first if code.text(function) == "torch.searchsorted" else second
            return _counted_along(lifter, [over])
        case ast.Call(func=ast.Attribute(attr="sum", value=test)):
            return _counted_along(lifter, _compared(lifter.written_out(test)))
        case _:
            return None


def _compared(node: ast.expr) -> Iterator[ast.expr]:
    """What a test compares; nothing for what is no test."""
    match node:
        case ast.Compare(left=left, comparators=[right]):
            yield from (left, right)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            yield from (*_compared(left), *_compared(right))
        case _:
            return


def _counted_along(lifter: Lifter, nodes: Iterable[ast.expr]) -> _Reach | None:
    """A vector of the user's among these: it lies along the dimension that is counted."""
    for node in nodes:
        seen = lifter.loaded.get(dotted(node)) if dotted(node) else None
        if seen is None or seen.kind != "tensor" or seen.rank != 1 or seen.mixed:
            continue
        if dotted(node) not in lifter.made and seen.shape[0] is not None:
            return _Reach(node, seen.shape[0], 0, 0)
    return None


def _assume_as_long(lifter: Lifter, base: Value, place: Place, reach: _Reach) -> None:
    """Note that what is read is as long as what was counted along."""
    over, whole = code.text(reach.over), code.text(base.code)
    if over == whole:
        return
    dim = place.dim + len(base.axes)
    size = f"{whole}.shape[{dim}]" if dim else f"len({whole})"
    lifter.assume(f"{size} == len({over})")
