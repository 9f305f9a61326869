"""Tensors that a loop both stores to and reads: own elements, old values, recurrences."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.in_place import innermost
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import linear
from loopscope.vectorize.subscripts.stored_elements import without_new_axes


def classify_arrays(lifter: Lifter, statement: ast.stmt) -> None:
    """Note for every stored-to tensor which of its elements the loop may read.

    ``readable``: elements as they were before the loop: an iteration's own, or those that later
    iterations store to. ``recurrent``: elements that the iteration before has stored.
    """
    stores: dict[str, list[ast.Subscript]] = {}
    reads: dict[str, list[ast.Subscript]] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and dotted(node.value):
            into = stores if isinstance(node.ctx, ast.Store) else reads
            into.setdefault(dotted(node.value), []).append(node)
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=attr)) if attr.endswith(
                "_"
            ) and not attr.endswith("__"):
                target = innermost(receiver)
                if isinstance(target, ast.Subscript) and dotted(target.value):
                    stores.setdefault(dotted(target.value), []).append(target)
            case _:
                pass
    headers = [n for n in ast.walk(statement) if isinstance(n, ast.For)]
    backward = {
        n.target.id: _runs_backward(n.iter) for n in headers if isinstance(n.target, ast.Name)
    }
    for base, targets in stores.items():
        lifter.written.add(base)
        written = {code.text(t.slice) for t in targets}
        for read in reads.get(base, []):
            text = code.text(read)
            plain = without_new_axes(read).slice
            own = code.text(plain)
            others = [t.slice for t in targets if code.text(t.slice) != own]
            if own in written and all(_is_elsewhere(other, plain) for other in others):
                lifter.readable.add(text)
                continue
            if _is_row_before(read, targets):
                lifter.readable.add(text)
                continue
            distances = {_distance(t.slice, read.slice, backward) for t in targets}
            if (
                distances
                and None not in distances
                and all(d < 0 for d in distances if d is not None)
            ):
                lifter.readable.add(text)
            elif distances == {1}:
                lifter.recurrent.add(text)


def _is_elsewhere(written: ast.expr, read: ast.expr) -> bool:
    """Whether two subscripts take other columns: ``[k, 0]`` and ``[j, 1]``."""
    if not isinstance(written, ast.Tuple) or not isinstance(read, ast.Tuple):
        return False
    numbers = [
        (code.integer(w), code.integer(r)) for w, r in zip(written.elts, read.elts, strict=False)
    ]
    known = [(w, r) for w, r in numbers if w is not None and r is not None]
    return len(written.elts) == len(read.elts) and any(
        w != r and w >= 0 and r >= 0 for w, r in known
    )


def _is_row_before(read: ast.Subscript, targets: list[ast.Subscript]) -> bool:
    """``x[i]`` that is read before the iteration first stores into ``x[i, …]``."""
    index = code.text(read.slice)
    return all(
        isinstance(t.slice, ast.Tuple)
        and code.text(t.slice.elts[0]) == index
        and (read.lineno, read.col_offset) < (t.lineno, t.col_offset)
        for t in targets
    )


def _distance(written: ast.expr, read: ast.expr, backward: dict[str, bool]) -> int | None:
    """How many iterations before the reading one wrote the element; ``None`` if not known."""
    first = written.elts if isinstance(written, ast.Tuple) else [written]
    second = read.elts if isinstance(read, ast.Tuple) else [read]
    if len(first) != len(second):
        return None
    found: int | None = None
    for w, r in zip(first, second, strict=True):
        gap = linear(w) - linear(r)
        if gap.is_zero:
            continue
        names = {n.id for n in ast.walk(w) if isinstance(n, ast.Name)} & set(backward)
        if gap.terms or found is not None or len(names) != 1:
            return None
        found = -gap.constant if backward[names.pop()] else gap.constant
    return found


def _runs_backward(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(func=ast.Name(id="reversed")):
            return True
        case ast.Call(func=ast.Name(id="range"), args=[_, _, step]):
            number = code.integer(step)
            return number is not None and number < 0
        case _:
            return False
