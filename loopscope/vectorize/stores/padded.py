"""Sequences of differing length, padded."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.around.named_sizes import size_of
from loopscope.vectorize.groups.members import sizes_in_a_row
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import cast
from loopscope.vectorize.value import NotLiftable, Value


def write_padded(lifter: Lifter, store: Store, initial: Initial | None) -> list[ast.stmt]:
    """``out[i, :len(item)] = item`` pads a list of sequences; behind ``-len(item):``, in front."""
    value = store.value
    first, second, *rest = store.places
    span = second.span
    in_front = span is not None and _ends_at_end(lifter, store, span, initial)
    at_end = (
        span is not None
        and (span[0] is None or code.integer(span[0].code) == 0)
        and span[1] is not None
        and span[1].axes == value.axes
    )
    plain = (
        first.counter is not None
        and (in_front or at_end)
        and all(p.fixed is not None and code.is_full(p.fixed) for p in rest)
        and initial is not None
        and initial.fill is not None
        and store.guard is None
        and len(value.axes) == 1
    )
    if not plain or initial is None or initial.fill is None:
        raise NotLiftable("sequences that are padded neither at their end nor in front")
    fill = None if initial.is_fill(0) else initial.fill
    made: ast.expr = pad_sequence(lifter, value.code, fill, in_front=in_front)
    lifter.dropped.add(store.base)
    if value.dtype != store.seen.dtype:
        made = cast(Value(made, dtype=value.dtype), store.seen.dtype).code
    padded: list[ast.stmt] = [code.assignment(store.base, made)]
    if lifter.items == "any" and len(initial.shape) > 1:  # wider than the longest
        whole, width = code.attribute(store.base), initial.shape[1]
        more = widened(lifter, whole, width, store.seen.rank, fill, in_front=in_front)
        padded.append(code.assignment(store.base, more))
    return padded


def pad_sequence(
    lifter: Lifter, items: ast.expr, fill: ast.expr | None, *, in_front: bool
) -> ast.expr:
    """``pad_sequence(items, batch_first=True)``; ``fill`` is ``None`` for zeros."""
    name = "torch.nn.utils.rnn.pad_sequence"
    lifter.used_ops.append(name)
    keywords: dict[str, object] = {"batch_first": True}
    if fill is not None:
        keywords["padding_value"] = fill
    if in_front:
        keywords["padding_side"] = "left"
    return code.call(lifter.imports.get(name, name), items, **keywords)


def widened(
    lifter: Lifter,
    whole: ast.expr,
    width: ast.expr,
    rank: int,
    fill: ast.expr | None,
    *,
    in_front: bool,
) -> ast.expr:
    """``F.pad(out, (0, width - out.shape[1]))`` of what has as many dimensions."""
    prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
    padded = code.subscript(code.attribute_of(whole, "shape"), [code.const(1)])
    more = code.binary(width, ast.Sub(), padded)
    sides = [more, code.const(0)] if in_front else [code.const(0), more]
    behind = [code.const(0)] * (2 * (rank - 2))
    keywords = {} if fill is None else {"value": fill}
    lifter.used_ops.append("torch.nn.functional.pad")
    return code.call(f"{prefix}.pad", whole, code.tuple_of([*behind, *sides]), **keywords)


def _ends_at_end(
    lifter: Lifter, store: Store, span: tuple[Value | None, Value | None], initial: Initial | None
) -> bool:
    """Whether a slice is as long as the item, up to the end: ``width - len(item):``."""
    lower, upper = span
    if lower is None or upper is not None or initial is None or lower.axes != store.value.axes:
        return False
    place = next(p for p in store.places if p.span is span)
    sizes = {f"{store.base}.shape[{place.dim}]", f"{store.base}.size({place.dim})"}
    if place.dim < len(initial.shape):
        sizes.add(code.text(initial.shape[place.dim]))
    match lifter.written_out(lower.code):
        case ast.UnaryOp(op=ast.USub(), operand=length):
            return is_length(lifter, length, store.value)
        case ast.BinOp(left=whole, op=ast.Sub(), right=length):
            return code.text(whole) in sizes and is_length(lifter, length, store.value)
        case _:
            return False


def is_length(lifter: Lifter, node: ast.expr, items: Value) -> bool:
    """Whether this is ``torch.tensor([len(x) for x in items])``."""
    match lifter.written_out(node):
        case ast.Call(
            func=ast.Attribute(attr="tensor"),
            args=[
                ast.ListComp(
                    elt=length,
                    generators=[ast.comprehension(target=ast.Name(id=name), iter=walked, ifs=[])],
                )
            ],
        ):
            return size_of(length) == (name, 0) and code.text(walked) == code.text(items.code)
        case _:
            return False


def write_ragged_rows(lifter: Lifter, store: Store) -> list[ast.stmt]:
    """``out[k, :n] = x[owner == k]``: every row goes to its place in its group."""
    members = store.value.members
    if len(store.places) < 2:
        raise NotLiftable("rows of a group in a slice of other rows")
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
    sizes = sizes_in_a_row(lifter, owner)
    if sizes is not None:
        begins = code.binary(code.method(sizes, "cumsum", code.const(0)), ast.Sub(), sizes)
        counted = code.call("torch.arange", code.call("len", owner))
        slots = code.binary(counted, ast.Sub(), code.subscript(begins, [owner]))
        slot = lifter.fresh("slot")
        place = code.subscript(code.attribute(store.base), [owner, code.name(slot)])
        return [code.assignment(slot, slots), code.assignment(place, store.value.code)]
    o = code.text(owner)
    order, row, counts, slot = (lifter.fresh(n) for n in ("order", "row", "counts", "slot"))
    size = code.text(members.axis.size)
    base = store.base
    lines = [
        f"{order} = {o}.argsort(stable=True)",
        f"{row} = {o}[{order}]",
        f"{counts} = torch.bincount({o}, minlength={size})",
        f"{slot} = torch.arange(len({order})) - ({counts}.cumsum(0) - {counts})[{row}]",
    ]
    value = code.subscript(store.value.code, [code.name(order)])
    match store.value.code:
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=[head, *tail])) if code.is_full(head):
            value = code.subscript(inner, [code.name(order), *tail])
        case _:
            pass
    lines.append(f"{base}[{row}, {slot}] = {code.text(value)}")
    return ast.parse("\n".join(lines)).body
