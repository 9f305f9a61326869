"""Stores into elements, noted until the loop is written."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.finish.element_wise import with_operands
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine, logic
from loopscope.vectorize.place import Place
from loopscope.vectorize.statements.changed_rows import change_row
from loopscope.vectorize.statements.dropped_places import filled_places
from loopscope.vectorize.statements.filled_rows import overwrites_elements
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.number_lists import as_counters
from loopscope.vectorize.stores.overlapping import overlaps
from loopscope.vectorize.subscripts.places import read_places
from loopscope.vectorize.value import NotLiftable, Value

_SHORT = 44


def note_store(
    lifter: Lifter,
    target: ast.Subscript,
    value: Value,
    op: ast.operator | None,
    *,
    form: str = "",
) -> None:
    """Note a store into an element; ``form`` is how it updates what is there."""
    base = dotted(target.value)
    if not base:
        target, base = _flattened(target)
    if value.mask is None:
        if not form and change_row(lifter, target, value, op):
            return
        row = _row_with_places(lifter, target, value, op)
        if row is not None:
            target, value = row
    key = code.text(target)
    seen = lifter.what(target.value) or lifter.loaded.get(base)  # this store may never have run
    listed = as_counters(seen, op)
    seen = listed or seen
    if seen is None or seen.kind != "tensor":
        raise NotLiftable(f"{base} is no tensor")
    crops = value.rank > 0 or value.kind == "other"
    places = tuple(read_places(lifter, target.slice, seen.rank, crops=crops))
    own = lifter.env.get(base)
    if own is not None and own.axes and base not in lifter.aliases:
        raise NotLiftable(f"a store into {base}, which each iteration makes")
    if base in lifter.aliases:
        axis = lifter.aliases[base]
        key = base = code.text(lifter.env[base].code)
        places = (
            Place(0, counter=Counter(axis)),
            *(replace(p, dim=p.dim + 1 if p.dim >= 0 else p.dim) for p in places),
        )
        whole = lifter.loaded.get(base)
        if whole is None or whole.kind != "tensor":
            raise NotLiftable(f"{base} is no tensor")
        seen = whole
    places, guard = _masked(lifter, places)
    if value.mask is not None:
        value = _of_all_places(value, guard)
    elif guard is not None and (value.rank or value.parts is not None):
        raise NotLiftable("a tensor is stored where a mask holds")
    if any(map(overlaps, places)) and not isinstance(op, ast.Add) and not form:
        raise NotLiftable("a store into a window")
    known = lifter.contents.get(base, {}).get(key)
    if op is not None and known is not None:
        value, op = combine(lifter, known, op, value), None
        lifter.stores = [
            s for s in lifter.stores if code.text(s.target) != key or s.guard is not lifter.guard
        ]
    if known is not None and op is None and guard is None and not form:
        lifter.stores = [
            s
            for s in lifter.stores
            if s.guard is not lifter.guard or not (s.base == base and overwrites_elements(s, key))
        ]
    if guard is not None or form:
        lifter.contents.pop(base, None)  # what is read of it from here on is not known
    elif op is None:
        value = _readable(lifter, base, value)
        lifter.contents.setdefault(base, {})[key] = value
    else:
        lifter.contents.get(base, {}).pop(key, None)
        if key in lifter.readable and lifter.guard is None:
            before = lifter.lift(_read(target))
            lifter.contents.setdefault(base, {})[key] = combine(lifter, before, op, value)
    made = Store(
        target, base, value, op, _both(lifter, guard), places, tuple(lifter.axes), seen, form
    )
    lifter.stores.append(replace(made, listed=listed is not None))


def _row_with_places(
    lifter: Lifter, target: ast.Subscript, value: Value, op: ast.operator | None
) -> tuple[ast.Subscript, Value] | None:
    """``out[i, order[drop]] = 0`` as a store of the row ``out[i]`` with these places filled."""
    match target:
        case ast.Subscript(
            value=base, slice=ast.Tuple(elts=[row, ast.Subscript(slice=ast.Name()) as places])
        ) if op is None:
            whole = ast.Subscript(base, row, ast.Load())
        case _:
            return None
    try:
        made = filled_places(lifter, lifter.lift(whole), places, value)
    except NotLiftable:
        return None
    return None if made is None else (ast.Subscript(base, row, ast.Store()), made)


def _read(target: ast.Subscript) -> ast.Subscript:
    read = copy.deepcopy(target)
    read.ctx = ast.Load()
    return read


def _readable(lifter: Lifter, base: str, value: Value) -> Value:
    """What is stored, under a name where it is long and the body reads it again."""
    plain = value.carry is None and value.counter is None and value.kind == "tensor"
    if (
        base not in lifter.read_back
        or not plain
        or value.is_fixed
        or len(code.text(value.code)) <= _SHORT
    ):
        return value
    last = base.rsplit(".", 1)[-1]
    plural = last.endswith("s") and len(last) > 2 and not last.endswith(("is", "ss", "us"))
    return lifter.bind(last[:-1] if plural else "stored", value)


def _masked(lifter: Lifter, places: tuple[Place, ...]) -> tuple[tuple[Place, ...], Value | None]:
    """``x[i, mask] = v`` stores all along the row, where the mask holds."""
    masks = [p.index for p in places if _is_mask(p)]
    if len(masks) != 1 or not _is_mask(places[-1]) or masks[0] is None:
        return places, None
    place, mask = places[-1], masks[0]
    whole = [Place(place.dim + k, code.FULL) for k in range(mask.rank)]
    return (*places[:-1], *whole), replace(mask, selects=None)


def _of_all_places(value: Value, guard: Value | None) -> Value:
    """``v`` of ``out[i, mask] = v[mask]``: as many items as there are places."""
    mask = value.mask
    if guard is None or mask is None or value.masked or value.rank != 1 or mask.axes != guard.axes:
        raise NotLiftable("a slice of differing length is stored")
    whole = replace(value, mask=None, zeroed=None, rank=guard.rank, shape=guard.shape)
    if code.text(mask.code) == code.text(guard.code):
        return whole
    flat = code.method(guard.code, "flatten", code.const(len(guard.axes)))
    if code.text(mask.code) != code.text(flat) or value.axes != guard.axes:
        raise NotLiftable("a slice of differing length is stored")
    made = with_operands(value.code, _of_flattened)
    return replace(whole, code=made or code.method(value.code, "view_as", guard.code))


def _of_flattened(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="flatten")):
            return inner
        case _:
            return None


def _is_mask(place: Place) -> bool:
    mask = place.index
    return mask is not None and mask.dtype == "bool" and mask.rank > 0 and mask.selects is None


def _both(lifter: Lifter, mask: Value | None) -> Value | None:
    if mask is None or lifter.guard is None:
        return mask or lifter.guard
    if lifter.guard.carry is not None:
        raise NotLiftable("a test of a carried variable")
    return logic(lifter, lifter.guard, ast.BitAnd(), mask)


def note_item_store(lifter: Lifter, name: str, value: Value, op: ast.operator) -> None:
    """``row -= m`` changes the tensor that ``row`` is an item of."""
    item = lifter.env[name]
    base = code.text(item.code)
    whole = lifter.loaded.get(base)
    if whole is None or whole.kind != "tensor" or lifter.guard is not None or item.rank == 0:
        raise NotLiftable(f"{name} is changed in place")
    changed = combine(lifter, item, op, value)
    places = (Place(0, counter=Counter(lifter.aliases[name])),)
    target = ast.Subscript(value=item.code, slice=ast.Constant(value=...), ctx=ast.Store())
    key = code.text(target)
    lifter.stores = [s for s in lifter.stores if code.text(s.target) != key]
    lifter.stores.append(
        Store(target, base, changed, None, None, places, tuple(lifter.axes), whole)
    )
    lifter.env[name] = replace(changed, shape=item.shape)


def _flattened(target: ast.Subscript) -> tuple[ast.Subscript, str]:
    """``out[i][j] = v`` stores as ``out[i, j] = v``."""
    inner = target.value
    if not isinstance(inner, ast.Subscript) or not dotted(inner.value):
        raise NotLiftable(f"an assignment to {code.text(target)}")
    first = list(inner.slice.elts) if isinstance(inner.slice, ast.Tuple) else [inner.slice]
    second = list(target.slice.elts) if isinstance(target.slice, ast.Tuple) else [target.slice]
    if any(isinstance(f, ast.Slice) for f in first):
        raise NotLiftable(f"an assignment to {code.text(target)}")
    whole = ast.Tuple(elts=[*first, *second], ctx=ast.Load())
    return ast.Subscript(value=inner.value, slice=whole, ctx=ast.Store()), dotted(inner.value)
