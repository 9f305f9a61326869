"""Slices that are filled with a count of their own: ``ids[i, -n:] = torch.arange(n)``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.spans import from_the_end, positions, span_mask, span_size
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import CASTS
from loopscope.vectorize.subscripts.counted_slice import slice_of
from loopscope.vectorize.value import NotLiftable, Value, align


def write_counted(lifter: Lifter, store: Store, length: Value) -> ast.stmt:
    """Return the statement that counts from the beginning of each row's slice.

    Raises:
        NotLiftable: The slice is not as long as what is counted, or not the rows' own.
    """
    match store.places:
        case (row, last) if row.counter is not None and last.span is not None:
            counter, span = row.counter, last.span
        case _:
            raise NotLiftable("a count that is stored into no rows")
    if store.guard is not None or store.seen.rank != 2 or store.nest != (counter.axis,):
        raise NotLiftable("a count that is stored under a test")
    size = span_size(lifter, store.base, 1)
    if not _is_as_long(span, length, size):
        raise NotLiftable("a count that is not as long as its slice")
    part = slice_of(lifter, counter, store.seen.shape[0], store.base, 0)
    mask = span_mask(lifter, span, size)
    begin = from_the_end(lifter, span[0], size)
    count = positions(lifter, size).code
    if begin is not None and code.integer(begin.code) != 0:
        count = code.binary(count, ast.Sub(), align(begin, (counter.axis,), 1))
    initial = lifter.initial.get(store.base)
    start = initial.value(store.seen.dtype) if initial is not None else None
    lifter.used_ops += ["torch.arange", "broadcasting", "torch.where"]
    if start is None or not code.is_full(part) or store.base in lifter.finished:
        lifter.finished.add(store.base)
        target = code.subscript_all(code.subscript(code.attribute(store.base), [part]))
        made = code.call("torch.where", mask.code, count, code.subscript_all(target))
        return code.assignment(code.subscript_all(code.attribute(store.base)), made)
    lifter.finished.add(store.base)
    lifter.dropped.add(store.base)
    whole: ast.expr = code.call("torch.where", mask.code, count, start.code)
    if store.seen.dtype != "int64":
        name = CASTS.get(store.seen.dtype)
        if name is None:
            raise NotLiftable("a count of an unusual dtype")
        whole = code.method(whole, name)
    return code.assignment(store.base, whole)


def _is_as_long(span: tuple[Value | None, Value | None], length: Value, size: ast.expr) -> bool:
    """``:n``, ``-n:``, ``size - n:`` and ``a:a + n``, for a count up to ``n``."""
    lower, upper = span
    wanted = code.text(length.code)
    if lower is None or code.integer(lower.code) == 0:
        return upper is not None and code.text(upper.code) == wanted
    match lower.code:
        case ast.UnaryOp(op=ast.USub(), operand=operand) if upper is None:
            return code.text(operand) == wanted
        case _:
            pass
    if upper is None:
        return linear(size) - linear(lower.code) == linear(length.code)
    between = replace(upper, code=code.binary(upper.code, ast.Sub(), lower.code))
    after = code.binary(lower.code, ast.Add(), length.code)
    return code.text(between.code) == wanted or code.text(upper.code) == code.text(after)
