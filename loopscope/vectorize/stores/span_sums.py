"""Slices that are added to: ``counts[start:end] += 1`` of all intervals."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.spans import span_mask, span_size
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.casts import CASTS
from loopscope.vectorize.value import NotLiftable, Value, align

_UPDATE = "an update of a slice whose length differs between iterations"


def write_span_sum(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statement that adds to all slices of a vector at once.

    Raises:
        NotLiftable: They are not added to, or by what has a dimension of its own.
    """
    form, value = store_form(store), store.value
    if form not in ("add", "sub") or store.guard is not None or store.seen.rank != 1:
        raise NotLiftable(_UPDATE)
    if len(store.nest) != 1 or value.rank or value.carry is not None or value.kind == "other":
        raise NotLiftable(_UPDATE)
    begin, end = store.places[0].span or (None, None)
    axis = store.nest[0]
    if begin is None or not _is_read(begin, axis) or not (end is None or _is_read(end, axis)):
        raise NotLiftable(_UPDATE)
    _assume(lifter, ast.Compare(begin.code, [ast.GtE()], [code.const(0)]))
    size, dtype = span_size(lifter, store.base, 0), store.seen.dtype
    initial, first = lifter.initial.get(store.base), store.base not in lifter.finished
    lifter.finished.add(store.base)
    alike = dtype in CASTS and (value.kind == "number" or value.dtype == dtype)
    zero = first and initial is not None and initial.is_fill(0) and form == "add" and alike
    if value.is_fixed:
        made = _counted(lifter, begin, end, size)
        if zero and dtype != "int64":
            made = code.method(made, CASTS[dtype])
        if code.text(value.code) not in ("1", "1.0"):
            made = code.binary(made, ast.Mult(), value.code)
    else:
        made = _weighed(lifter, store, begin, end, size)
    if zero:
        lifter.dropped.add(store.base)
        return [code.assignment(store.base, made)]
    op = ast.Add() if form == "add" else ast.Sub()
    return [ast.AugAssign(target=ast.Name(id=store.base, ctx=ast.Store()), op=op, value=made)]


def _counted(lifter: Lifter, begin: Value, end: Value | None, size: ast.expr) -> ast.expr:
    """How many slices hold each place: as many as have begun and not ended."""
    lifter.used_ops += ["torch.bincount", "torch.cumsum", "torch.searchsorted"]
    more = (linear(size) + Linear((), 1)).code()
    made: ast.expr = code.call("torch.bincount", begin.code, minlength=more)
    if end is not None:
        _assume(lifter, ast.Compare(begin.code, [ast.LtE()], [end.code]))
        ended = code.call("torch.bincount", end.code, minlength=more)
        made = code.binary(made, ast.Sub(), ended)
    last = end if end is not None else begin
    _assume(lifter, ast.Compare(last.code, [ast.LtE()], [size]))
    return code.subscript(
        code.method(made, "cumsum", code.const(0)), [ast.Slice(upper=code.const(-1))]
    )


def _weighed(
    lifter: Lifter, store: Store, begin: Value, end: Value | None, size: ast.expr
) -> ast.expr:
    """The sum of what is added by those slices that hold a place."""
    value, axis = store.value, store.nest[0]
    if value.axes != (axis,) or value.dtype != store.seen.dtype:
        raise NotLiftable(_UPDATE)
    if end is not None:
        _assume(lifter, ast.Compare(end.code, [ast.GtE()], [code.const(0)]))
    inside = lifter.bind("inside", span_mask(lifter, (begin, end), size)).code
    if not value.dtype.startswith("float"):
        lifter.used_ops += ["torch.where", "torch.sum"]
        chosen = code.call("torch.where", inside, align(value, (axis,), 1), code.const(0))
        return code.method(chosen, "sum", code.const(0))
    lifter.used_ops += ["torch.matmul", "torch.where", "torch.sum"]
    ones = code.method(inside, CASTS[value.dtype])
    return code.binary(value.code, ast.MatMult(), ones)


def _is_read(bound: Value, axis: Axis) -> bool:
    """Whether each iteration reads it from data."""
    plain = bound.axes == (axis,) and bound.counter is None and bound.carry is None
    whole = bound.dtype in ("int64", "int") and not bound.rank and not bound.members
    return plain and whole and bound.kind != "other"


def _assume(lifter: Lifter, test: ast.expr) -> None:
    lifter.assume(code.text(code.call("bool", code.method(test, "all"))))
