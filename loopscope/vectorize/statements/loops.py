"""One loop of a nest: its iterations taken together."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.carried import placeholder
from loopscope.vectorize.carries.closed_form import closed_form
from loopscope.vectorize.carries.first_match import first_of_each
from loopscope.vectorize.carries.lagging import lagging
from loopscope.vectorize.carries.latest import keeps_where
from loopscope.vectorize.carries.note_scan import note_scan
from loopscope.vectorize.carries.out_of_reach import name_shared
from loopscope.vectorize.carries.reduced import reduced
from loopscope.vectorize.carries.scanned import scanned
from loopscope.vectorize.carries.totals_of_runs import totals_of_runs
from loopscope.vectorize.carries.where_left import as_left
from loopscope.vectorize.headers.bind_header import bind_header
from loopscope.vectorize.headers.triangular import bind_triangle, read_triangle
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import appended_names, assigned_names, count_uses
from loopscope.vectorize.negated import negated
from loopscope.vectorize.statements.branches import lift_branches
from loopscope.vectorize.statements.filled_rows import note_filled_rows
from loopscope.vectorize.statements.picked_stores import check_extrema, finish_picks
from loopscope.vectorize.statements.scan_order import in_scan_order
from loopscope.vectorize.statements.whole_updates import check_whole_updates
from loopscope.vectorize.value import ListValue, NotLiftable, Value, ValueKind


def lift_for(lifter: Lifter, node: ast.For) -> Value | None:
    """Lift a loop statement; what it leaves behind is in the lifter's names.

    Returns whether a break has left it; ``None`` where it has no ``else``, or no break.

    Raises:
        NotLiftable: It has no form that we know.
    """
    depth = len(lifter.axes)
    before = dict(lifter.env)
    triangle = read_triangle(node)
    body = node.body if triangle is None else triangle.body
    if triangle is None:
        axis = bind_header(lifter, node.target, node.iter)
    else:
        axis = bind_triangle(lifter, triangle)
    targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    named = before.keys() - targets  # a bound of the range may have got its name
    bound = {n for n, v in lifter.env.items() if before.get(n) is not v} - named
    before |= {n: lifter.env[n] for n in named if n in lifter.env}
    names = [n for n in assigned_names(body) if n not in bound]
    later = lifter.read_later(node)
    for name in names:
        known = before.get(name)
        if known is not None and known.list_of is not None:
            continue
        if is_read_first(name, body) or "." in name or name in later:
            lifter.env[name] = placeholder(name, known or _outer(lifter, node, name))
        else:  # each iteration sets it before it reads it
            lifter.env.pop(name, None)
    carried = {n for n in names if (v := lifter.env.get(n)) is not None and v.carry is not None}
    for name in carried:
        known = before.get(name)
        begins = lagging(lifter, name, body, axis, carried, known)
        if begins is None:
            begins, body = closed_form(lifter, name, body, axis, known)
        if begins is not None:
            lifter.env[name] = begins
    for name in appended_names(body):
        known = before.get(name)
        if known is not None and known.list_of is not None:
            lifter.env[name] = replace(known, list_of=ListValue())
    lifter.begun[axis.order], lifter.around[axis.order] = dict(lifter.env), before
    if node.orelse:
        lifter.hits[axis.order] = None
    limit = lifter.limits.pop(axis.order, None)
    if limit is None:
        _lift_body(lifter, body, axis, before)
    else:
        lift_branches(lifter, limit, body, [])
    axis = lifter.axes[depth]  # of fewer items, where a test left some out
    check_whole_updates(lifter)
    check_extrema(lifter)
    name_shared(lifter, later & set(names))
    finish_picks(lifter, axis, before)
    _finish_scans(lifter, axis, before)
    for name in _always_set(node.orelse) if lifter.hits.get(axis.order) is not None else ():
        value = lifter.env.get(name)
        if value is not None and value.carry is not None and value.carry.form == "first":
            lifter.env[name] = first_of_each(lifter, value.carry, axis)
    left = {
        name: value
        for name in assigned_names([node])
        if name in bound & later and (value := _as_left(lifter, name, axis)) is not None
    }
    appended = appended_names(body)
    for name in dict.fromkeys([*appended, *names]):
        value = lifter.env.get(name)
        if value is not None:
            _leave(lifter, name, value, axis, before, later)
    for name in bound:
        lifter.env.pop(name, None)
    lifter.env |= left
    lifter.passed |= bound
    note_filled_rows(lifter, axis)
    del lifter.axes[depth:]
    hit = lifter.hits.pop(axis.order, None)
    if hit is not None:
        lift_branches(lifter, negated(hit), node.orelse, [])
    else:
        lifter.lift_statements(node.orelse)
    return hit


def _always_set(body: list[ast.stmt]) -> list[str]:
    """Names that statements set in any case."""
    return assigned_names([s for s in body if isinstance(s, ast.Assign)])


def _lift_body(lifter: Lifter, body: list[ast.stmt], axis: Axis, before: dict[str, Value]) -> None:
    """Lift the body; a carried variable's values are known once its update is lifted."""
    walked = {name for s in body for name in _walked_by(s)}
    carried = [
        name
        for name, value in lifter.env.items()
        if value.carry is not None and before.get(name) is not value and name not in walked
    ]
    parts = in_scan_order(body, carried)
    read = frozenset(n for part in parts for s in part.statements for n in count_uses(s))
    for part in parts:
        lifter.lift_statements(part.statements)
        for name in part.scanned:
            note_scan(lifter, name, axis, before.get(name), read)


def _walked_by(statement: ast.stmt) -> list[str]:
    """Variables of the loops in a statement."""
    loops = [n for n in ast.walk(statement) if isinstance(n, ast.For)]
    return [n.id for loop in loops for n in ast.walk(loop.target) if isinstance(n, ast.Name)]


def _leave(
    lifter: Lifter,
    name: str,
    value: Value,
    axis: Axis,
    before: dict[str, Value],
    read_later: set[str],
) -> None:
    """Turn what one iteration does into what the whole loop does."""
    known = before.get(name)
    if value.list_of is not None:
        if known is None or known.list_of is None:
            lifter.env.pop(name)  # a list of each iteration's own
            return
        filled = value.list_of
        if filled.item is None:
            lifter.env[name] = known
            return
        item = filled.item
        if item.carry is not None:
            begun, update = before.get(item.carry.name), _update(lifter, item, axis)
            totals = totals_of_runs(lifter, filled, item.carry, update.carry, axis)
            if totals is not None and not filled.axes:
                sums = replace(filled, axes=(axis,), whole=totals)
                lifter.env[name] = replace(value, list_of=sums)
                return
            item = scanned(lifter, item, update, axis, begun)
        if known.list_of.item is not None:
            raise NotLiftable(f"{name} is filled by two loops")
        whole = replace(filled, axes=(axis, *filled.axes), item=item)
        lifter.env[name] = replace(value, list_of=whole)
        return
    if value.carry is None:
        if known is None and name not in read_later:
            lifter.env.pop(name, None)
        elif value != known:
            left = _as_left(lifter, name, axis) if name in read_later else None
            if left is not None:
                lifter.env[name] = left
                return
            if name in read_later and axis in value.axes and axis.order in lifter.broken:
                raise NotLiftable(f"{name} is that of the iteration that left the loop")
            ends = lifter.ends.pop(name) if name in lifter.ends else None
            lifter.env[name] = ends or _last(lifter, value, axis)
        return
    if value.carry.form == "keep":
        if known is None:
            lifter.env.pop(name)
        else:
            lifter.env[name] = known
        return
    if value.carry.name != name and name not in read_later:  # made of another variable
        lifter.env.pop(name)
        return
    lifter.updates[name] = value
    if value.carry.form in ("restart", "stopped") and name not in read_later and "." not in name:
        lifter.env.pop(name)
        return
    begun = before.get(value.carry.of) if value.carry.of else None
    lifter.env[name] = reduced(lifter, value, axis, known, name, begun)


def _as_left(lifter: Lifter, name: str, axis: Axis) -> Value | None:
    """What a name is that the iteration has set which left the loop; ``None`` for others."""
    stop, value = lifter.stops.get(axis.order), lifter.env.get(name)
    if stop is None or value is None or stop.env.get(name) is not value:
        return None
    try:
        return as_left(lifter, stop, value, axis, name)
    except NotLiftable:
        return None


def _finish_scans(lifter: Lifter, axis: Axis, before: dict[str, Value]) -> None:
    """Stores of a carried variable's intermediate values become scans."""
    for k, store in enumerate(lifter.stores):
        carry = store.value.carry
        if carry is not None and carry.name in lifter.env:
            update = _update(lifter, store.value, axis)
            stored = update if keeps_where(store.guard, update.carry) else store.value
            value = scanned(lifter, stored, update, axis, before.get(carry.name))
            lifter.stores[k] = replace(store, value=value)


def _update(lifter: Lifter, item: Value, axis: Axis) -> Value:
    name = item.carry.name if item.carry is not None else ""
    update = lifter.env.get(name)
    if update is None or update.carry is None:
        update = lifter.updates.get(name)
    if update is None:
        raise NotLiftable(f"{name} is carried in a way that is not understood")
    return update


def _last(lifter: Lifter, value: Value, axis: Axis) -> Value:
    """The value of the last iteration."""
    if axis not in value.axes:
        return value
    place = value.axes.index(axis)
    number = code.const(0 if axis.reverse else -1)
    made = code.subscript(value.code, [*[code.FULL] * place, number])
    return replace(value, code=made, axes=tuple(a for a in value.axes if a != axis), counter=None)


def _outer(lifter: Lifter, node: ast.For, name: str) -> Value | None:
    """What a name from before the loop was seen to be where the loop reads it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name | ast.Attribute) and dotted(inner) == name:
            seen = lifter.what(inner)
            if seen is not None and seen.kind in ("tensor", "number"):
                kind: ValueKind = "tensor" if seen.kind == "tensor" else "number"
                return Value(inner, (), seen.rank, kind, seen.dtype, seen.shape)
    return None
