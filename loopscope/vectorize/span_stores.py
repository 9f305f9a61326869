"""Stores into slices whose length differs between iterations, and into rows of a group."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.body import Store
from loopscope.vectorize.groups import assume_members, spread
from loopscope.vectorize.initial import Initial
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.spans import drop_axes, segments_of, spanned_mask
from loopscope.vectorize.subscripts import slice_of
from loopscope.vectorize.value import Members, NotLiftable, Value, align, union
from loopscope.vectorize.writing import assigned, cast, stored, two_numbers


def write_span(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store into ``out[i, lower:upper]``.

    Raises:
        NotLiftable: What is stored there is not understood.
    """
    initial = lifter.initial.get(store.base)
    if store.op is not None:
        raise NotLiftable("an update of a slice whose length differs between iterations")
    packed = _packed(lifter, store, initial)
    if packed is not None:
        return packed
    if store.value.ragged:
        return _padded(lifter, store, initial)
    if store.value.members is not None:
        return _ragged_rows(lifter, store)
    return _filled(lifter, store, initial)


def write_group(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """Return the statements for a store into ``out[owner == k]``."""
    first, *rest = store.places
    if first.index is None or first.index.selects is None or any(p.fixed is None for p in rest):
        raise NotLiftable("a store into a mask")
    members = first.index.selects
    if store.op is not None or store.guard is not None or members.outer:
        raise NotLiftable("an update of a group's rows")
    value = spread(store.value, members, store.seen.rank)
    if value.axes:
        raise NotLiftable("a store that other loops repeat")
    assume_members(lifter, members)
    if store.base in lifter.initial and not rest and store.value.members is not None:
        lifter.dropped.add(store.base)
        return [assigned(store.base, cast(value, store.seen.dtype).code)]
    front = [code.FULL, *(p.fixed or code.FULL for p in rest)]
    target = code.subscript(code.attribute(store.base), front)
    target = target if isinstance(target, ast.Subscript) else code.subscript_all(target)
    return [ast.Assign(targets=[stored(target)], value=value.code, lineno=0)]


def _filled(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt]:
    """A value that does not vary along the slice fills a mask."""
    blocks = _blocks(lifter, store)
    counters = [p.counter.axis for p in store.places if p.counter is not None]
    if any(p.index is not None for p in store.places):
        raise NotLiftable("a slice of differing length among index tensors")
    if blocks is not None:
        mask = blocks
        dims = [k for k, p in enumerate(store.places) if p.span is not None]
    else:
        mask, dims = spanned_mask(lifter, store.places, store.base, ())
    if store.guard is not None:
        axes = union([mask.axes, store.guard.axes])
        made = code.binary(
            align(mask, axes, mask.rank), ast.BitAnd(), align(store.guard, axes, mask.rank)
        )
        mask = replace(mask, code=made, axes=axes)
    value = store.value
    repeated = [a for a in store.nest if a not in counters]
    if any(a in value.axes for a in repeated):
        raise NotLiftable(f"iterations overwrite each other in {store.base}")
    mask = drop_axes(lifter, mask, repeated)
    if value.rank or (value.axes and value.axes != tuple(counters)):
        raise NotLiftable("a slice of differing length takes a tensor")
    lifter.used_ops += ["torch.arange", "broadcasting", "Tensor.masked_fill", "torch.where"]
    index, full = _mask_index(lifter, store, mask, dims)
    test = code.subscript(mask.code, index) if code.NONE in index else mask.code
    if not full:
        raise NotLiftable("a slice of differing length in a part of a tensor")
    dtype = store.seen.dtype
    if value.axes:
        deep = [code.FULL] * len(value.axes) + [code.NONE] * (len(store.places) - len(counters))
        other = code.subscript(value.code, deep)
    else:
        other = value.code
    everywhere = len([i for i in index if i is not code.NONE]) == store.seen.rank
    if initial is not None and store.base not in lifter.finished:
        start = initial.value(dtype)
        lifter.finished.add(store.base)
        if start is not None and start.kind == "number" and value.is_fixed and everywhere:
            lifter.dropped.add(store.base)
            made = two_numbers(replace(mask, code=test), value.code, start.code, dtype)
            return [assigned(store.base, made)]
        if start is not None and start.kind == "tensor" and value.is_fixed:
            lifter.dropped.add(store.base)
            return [assigned(store.base, code.method(start.code, "masked_fill", test, other))]
    base = code.attribute(store.base)
    if value.is_fixed:
        return [ast.Expr(value=code.method(base, "masked_fill_", test, other))]
    chosen = code.call("torch.where", test, other, base)
    return [ast.Assign(targets=[stored(code.subscript_all(base))], value=chosen, lineno=0)]


def _mask_index(
    lifter: Lifter, store: Store, mask: Value, dims: list[int]
) -> tuple[list[ast.expr], bool]:
    """Subscripts that spread the mask over the target's dimensions, and whether all are whole."""
    index: list[ast.expr] = []
    order: list[object] = []
    full = True
    for k, place in enumerate(store.places):
        if k in dims:
            index.append(code.FULL)
            order.append(k)
        elif place.counter is not None:
            part = slice_of(
                lifter, place.counter, store.seen.shape[place.dim], store.base, place.dim
            )
            full = full and code.is_full(part)
            if place.counter.axis in mask.axes:
                index.append(code.FULL)
                order.append(place.counter.axis)
            else:
                index.append(code.NONE)
        elif place.fixed is not None and code.is_full(place.fixed):
            index.append(code.NONE)
        else:
            full = False
    index += [code.NONE] * (store.seen.rank - sum(p.dim >= 0 for p in store.places))
    if order != [*mask.axes, *dims]:
        raise NotLiftable("loops and slices in another order than the tensor's")
    while index and index[0] is code.NONE:
        index.pop(0)
    return index, full


def _blocks(lifter: Lifter, store: Store) -> Value | None:
    """``mask[off[i]:off[i + 1], off[i]:off[i + 1]]``: positions of the same segment."""
    spans = [p.span for p in store.places if p.span is not None]
    if len(spans) != 2 or _bounds(spans[0]) != _bounds(spans[1]):
        return None
    members = segments_of(lifter, spans[0]) or _sized_segments(lifter, spans[0])
    if members is None or members.axis in store.value.axes:
        return None
    lifter.used_ops.append("torch.eq")
    made = ast.Compare(
        code.subscript(members.owner, [code.FULL, code.NONE]), [ast.Eq()], [members.owner]
    )
    return Value(made, (), 2, "tensor", "bool")


def _sized_segments(lifter: Lifter, span: tuple[Value | None, Value | None]) -> Members | None:
    """``start:start + n`` with ``start += n``: positions by the segment that they lie in."""
    lower, upper = span
    if lower is None or upper is None or lower.carry is None or upper.carry is None:
        return None
    update, made = lifter.updates.get(lower.carry.name), lifter.initial.get(lower.carry.name)
    size = upper.carry.term
    moves = update is not None and _text(update) == _text(upper) and lower.carry.form == "keep"
    if not moves or made is None or not made.is_fill(0) or size is None or len(size.axes) != 1:
        return None
    lifter.used_ops.append("torch.repeat_interleave")
    (axis,) = size.axes
    owner = code.call("torch.repeat_interleave", code.call("torch.arange", axis.size), size.code)
    return Members(axis, lifter.bind("owner", Value(owner, rank=1)).code)


def _packed(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt] | None:
    """Offsets that move on by each item's size: ``block_diag`` and ``cat``."""
    spans = [p.span for p in store.places if p.span is not None]
    carried = [s for s in spans if s[0] is not None and s[0].carry is not None]
    if not carried or len(carried) != len(store.places) or initial is None:
        return None
    for lower, upper in spans:
        if lower is None or upper is None or lower.carry is None or upper.carry is None:
            return None
        update = lifter.updates.get(lower.carry.name)
        moves = update is not None and _text(update) == _text(upper)
        if lower.carry.form != "keep" or not moves or upper.carry.form != "add":
            return None
        made = lifter.initial.get(lower.carry.name)
        if made is None or not made.is_fill(0):
            return None
    if not initial.is_fill(0) and not (initial.empty and len(carried) == 1):
        return None
    items = _list_code(lifter, store.value)
    if items is None or len(carried) > 2:
        return None
    lifter.dropped.add(store.base)
    if len(carried) == 2:
        lifter.used_ops.append("torch.block_diag")
        made_: ast.expr = code.call("torch.block_diag", ast.Starred(items, ast.Load()))
    else:
        lifter.used_ops.append("torch.cat")
        made_ = code.call("torch.cat", items)
    return [assigned(store.base, made_)]


def _padded(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt]:
    """``out[i, :len(item)] = item`` pads a list of sequences."""
    value = store.value
    first, second, *rest = store.places
    span = second.span
    plain = (
        first.counter is not None
        and span is not None
        and (span[0] is None or code.integer(span[0].code) == 0)
        and span[1] is not None
        and span[1].axes == value.axes
        and all(p.fixed is not None and code.is_full(p.fixed) for p in rest)
        and initial is not None
        and initial.fill is not None
        and store.guard is None
        and len(value.axes) == 1
    )
    if not plain or initial is None or initial.fill is None:
        raise NotLiftable("sequences that are not padded at their end")
    lifter.used_ops.append("torch.nn.utils.rnn.pad_sequence")
    prefix = lifter.imports.get(
        "torch.nn.utils.rnn.pad_sequence", "torch.nn.utils.rnn.pad_sequence"
    )
    keywords: dict[str, object] = {"batch_first": True}
    if not initial.is_fill(0):
        keywords["padding_value"] = initial.fill
    made: ast.expr = code.call(prefix, value.code, **keywords)
    lifter.dropped.add(store.base)
    if value.dtype != store.seen.dtype:
        made = cast(Value(made, dtype=value.dtype), store.seen.dtype).code
    return [assigned(store.base, made)]


def _ragged_rows(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """``out[k, :n] = x[owner == k]``: every row goes to its place in its group."""
    members = store.value.members
    first, second, *rest = store.places
    if members is None or members.outer or first.counter is None or second.span is None:
        raise NotLiftable("rows of a group in a slice")
    if first.counter.axis != members.axis or any(p.fixed is None for p in rest):
        raise NotLiftable("rows of a group in a slice")
    if second.span[0] is not None and code.integer(second.span[0].code) != 0:
        raise NotLiftable("rows of a group that are not packed to the left")
    lifter.used_ops += ["advanced_indexing", "Tensor.index_put_", "torch.cumsum", "torch.bincount"]
    owner = members.owner
    if not isinstance(owner, ast.Name):
        owner = lifter.bind("owner", Value(owner)).code
    o = code.text(owner)
    order, counts, slot = (lifter.fresh(n) for n in ("order", "counts", "slot"))
    size = code.text(members.axis.size)
    base = store.base
    lines = [
        f"{order} = {o}.argsort(stable=True)",
        f"{counts} = torch.bincount({o}, minlength={size})",
        f"{slot} = torch.arange(len({order})) - ({counts}.cumsum(0) - {counts})[{o}[{order}]]",
    ]
    value = code.subscript(store.value.code, [code.name(order)])
    match store.value.code:
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=[head, *tail])) if code.is_full(head):
            value = code.subscript(inner, [code.name(order), *tail])
        case _:
            pass
    lines.append(f"{base}[{o}[{order}], {slot}] = {code.text(value)}")
    return ast.parse("\n".join(lines)).body


def _list_code(lifter: Lifter, value: Value) -> ast.expr | None:
    """The list whose items a value runs over."""
    if value.ragged:
        return value.code
    return lifter.stacked.get(code.text(value.code))


def _bounds(span: tuple[Value | None, Value | None]) -> tuple[str, ...]:
    return tuple("" if b is None else code.text(b.code) for b in span)


def _text(value: Value) -> str:
    carry = value.carry
    return (
        "" if carry is None or carry.term is None else f"{carry.form} {code.text(carry.term.code)}"
    )
