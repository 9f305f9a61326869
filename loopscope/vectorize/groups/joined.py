"""Items of all lists of a list, one after the other, and the iteration that each belongs to."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.value import NotLiftable, Value

_PLAIN = ast.Name | ast.Attribute


def items_of(lifter: Lifter, lists: Value, item: Seen | None, name: str) -> Value | None:
    """Return the items of a list of tensors, or of one of lists of numbers, without its axis.

    ``None`` where they are neither.
    """
    numbers = item.item if item is not None and item.kind == "list" else None
    if item is None or (item.kind != "tensor" and numbers is None):
        return None
    if item.mixed and not item.uneven:
        return None
    dtype, python = item.dtype, numbers is not None
    if numbers is not None:
        if numbers.kind != "number" or numbers.mixed:
            return None
        dtype = {"int": "int64", "float": "float32"}.get(numbers.dtype, numbers.dtype)
    rank = max(item.rank, 1) if item.uneven else item.rank
    shape = (None,) * rank if lifter.items == "any" or item.uneven else item.shape
    return Value(
        lists.code, (), rank, "other", dtype, shape, ragged=True, item=name, python=python
    )


def item_of_list(lifter: Lifter, node: ast.Subscript, lists: Value) -> Value | None:
    """``lists[i]`` of all lists, which differ in length; ``None`` for any other subscript."""
    seen = lifter.what(node.value)
    if seen is None or seen.kind != "list" or not isinstance(lists.code, _PLAIN):
        return None
    found = items_of(lifter, lists, seen.item, "item")
    if found is None or None not in found.shape or isinstance(node.slice, ast.Slice):
        return None
    counter = lifter.lift(node.slice).counter
    if counter is None or counter.sign != 1 or counter.also is not None:
        return None
    axis = counter.axis
    if axis.step != 1 or not (axis.start + counter.offset).is_zero or not counter.offset.is_zero:
        return None
    name = code.text(lists.code)
    if code.text(axis.size) != f"len({name})":
        lifter.assume(f"len({name}) == {code.text(axis.size)}")
    return replace(found, axes=(axis,), item=_singular(name.rpartition(".")[2]))


def joined_items(lifter: Lifter, value: Value) -> Value:
    """Return what the items hold, in a row, as rows that belong to their iterations.

    Raises:
        NotLiftable: The items are no vectors or lists of numbers.
    """
    if len(value.axes) != 1 or value.rank < 1 or not isinstance(value.code, _PLAIN):
        raise NotLiftable("items that differ in size")
    lists = code.text(value.code)
    key = f"joined {lists} of {value.axes[0].order}"
    if key not in lifter.owners:
        members = _members(lifter, value)
        made = in_a_row(value)
        lifter.used_ops += [] if value.python else ["torch.cat"]
        rank, rows = value.rank, value.shape[1:]
        whole = Value(made, (), rank, "tensor", value.dtype, (None, *rows), members=members)
        wanted = lists.rpartition(".")[2] if value.item == "item" else value.item
        lifter.owners[key] = lifter.bind(f"all_{wanted}", whole)
        lifter.owners[f"lists of {code.text(lifter.owners[key].code)}"] = value
    return lifter.owners[key]


def in_rows(lifter: Lifter, values: Sequence[Value]) -> list[Value]:
    """Return values with items that differ in size in a row, where they meet such rows."""
    if not any(v.members for v in values):
        return list(values)
    return [joined_items(lifter, v) if v.ragged else v for v in values]


def sizes_of_items(lifter: Lifter, value: Value) -> Value:
    """Return how long each of the lists is."""
    if len(value.axes) != 1 or not isinstance(value.code, _PLAIN):
        raise NotLiftable("items that differ in size")
    (axis,) = value.axes
    key = f"sizes of {code.text(value.code)} by {axis.order}"
    if key not in lifter.owners:
        lengths = _comprehension(code.call("len", code.name(value.item)), value)
        made = code.call("torch.tensor", lengths, dtype=code.attribute("torch.long"))
        lifter.owners[key] = lifter.bind("sizes", Value(made, (axis,), 0, "tensor", "int64"))
    return lifter.owners[key]


def lists_of(lifter: Lifter, joined: Value) -> Value:
    """Return the list that was joined.

    Raises:
        NotLiftable: It was computed on since.
    """
    found = lifter.owners.get(f"lists of {code.text(joined.code)}")
    if found is None:
        raise NotLiftable("indices that are computed may repeat")
    return found


def lists_walked(lifter: Lifter, index: Sequence[Value]) -> Value | None:
    """Return the lists whose items, and whose each of these is, index tensors are; or ``None``."""
    for one in index:
        lists = lifter.owners.get(f"lists of {code.text(one.code)}")
        if lists is None:
            continue
        owner = lifter.owners[f"items of {lists.axes[0].order}"].code
        if any(code.text(other.code) == code.text(owner) for other in index):
            return lists
    return None


def is_joined(lifter: Lifter, value: Value) -> bool:
    """Whether rows stand in the order of the iterations that they belong to."""
    members = value.members
    if members is None or members.outer:
        return False
    known = lifter.owners.get(f"items of {members.axis.order}")
    return known is not None and known.members == members


def at_rows(place: Place, members: Members) -> ast.expr:
    """Return what a subscript is for each of the rows that belong to iterations.

    Raises:
        NotLiftable: It takes several elements of each.
    """
    index, counter = place.index, place.counter
    if index is not None and index.members is not None:
        if index.members != members or index.rank != 1:
            raise NotLiftable("rows of different groups meet")
        return index.code
    if index is not None and index.axes == (members.axis,) and not index.rank and not index.mask:
        return code.subscript(index.code, [members.owner])
    if counter is not None and place.window is None and place.every == 1:
        return counted_rows(counter, members)
    if place.drops and place.fixed is not None:
        return place.fixed
    raise NotLiftable("a group's indices among other subscripts")


def counted_rows(counter: Counter, members: Members) -> ast.expr:
    """Return a counter's value for each row: ``owner + 1`` of ``i + 1``."""
    axis = counter.axis
    straight = axis.start.is_zero and axis.step == 1 and counter.also is None
    if axis != members.axis or not straight:
        raise NotLiftable("a group's indices among those of another loop")
    if counter.sign == -1:
        return code.binary(counter.offset.code(), ast.Sub(), members.owner)
    if counter.offset.is_zero:
        return members.owner
    return code.binary(members.owner, ast.Add(), counter.offset.code())


def assume_no_repeats(lifter: Lifter, value: Value, *, among_all: bool) -> None:
    """No item, or no two of them, holds a number twice."""
    lists, item = code.text(value.code), value.item
    if among_all:
        held = (
            f"{{k for {item} in {lists} for k in {item}}}"
            if value.python
            else f"torch.cat({lists}).unique()"
        )
        lifter.assume(f"len({held}) == sum(len({item}) for {item} in {lists})")
        return
    held = f"set({item})" if value.python else f"{item}.unique()"
    lifter.assume(f"all(len({held}) == len({item}) for {item} in {lists})")


def assume_not_negative(lifter: Lifter, value: Value) -> None:
    """Indices count from the front."""
    lists, item = code.text(value.code), value.item
    if value.python:
        lifter.assume(f"all(k >= 0 for {item} in {lists} for k in {item})")
    else:
        lifter.assume(f"all(bool(({item} >= 0).all()) for {item} in {lists})")


def _members(lifter: Lifter, value: Value) -> Members:
    """Whose each of all items is; lists that are walked together have one answer."""
    (axis,) = value.axes
    lists = code.text(value.code)
    key = f"items of {axis.order}"
    known = lifter.owners.get(key)
    if known is not None and known.members is not None:
        if known.item != lists:
            lifter.assume(f"all(len(a) == len(b) for a, b in zip({known.item}, {lists}))")
        return known.members
    lifter.used_ops.append("torch.repeat_interleave")
    sizes = sizes_of_items(lifter, value)
    counted = code.call("torch.arange", axis.size)
    made = code.call("torch.repeat_interleave", counted, sizes.code)
    owner = lifter.bind("owner", Value(made, rank=1, dtype="int64")).code
    members = Members(axis, owner)
    lifter.owners[key] = Value(owner, members=members, item=lists)
    lifter.owners[f"rows of {code.text(owner)}"] = sizes
    return members


def positions_in_items(lifter: Lifter, joined: Value, first: int) -> Value:
    """Return the place of each in its own list, counted from ``first``."""
    members = joined.members
    if members is None:
        raise NotLiftable("items that differ in size")
    key = f"positions of {members.axis.order}"
    if key not in lifter.owners:
        sizes = lifter.owners[f"rows of {code.text(members.owner)}"].code
        begins = code.binary(code.method(sizes, "cumsum", code.const(0)), ast.Sub(), sizes)
        counted = code.call("torch.arange", code.call("len", joined.code))
        made = code.binary(counted, ast.Sub(), code.subscript(begins, [members.owner]))
        lifter.owners[key] = lifter.bind("position", Value(made, dtype="int64", rank=1))
    found = lifter.owners[key]
    if not first:
        return found
    return replace(found, code=code.binary(found.code, ast.Add(), code.const(first)))


def in_a_row(value: Value) -> ast.expr:
    """Return all items as one tensor."""
    if not value.python:
        return code.call("torch.cat", value.code)
    number = "k" if value.item != "k" else "n"
    inner = ast.comprehension(ast.Name(number, ast.Store()), code.name(value.item), [], 0)
    listed = _comprehension(code.name(number), value)
    listed.generators.append(inner)
    dtype = code.attribute({"int64": "torch.long"}.get(value.dtype, f"torch.{value.dtype}"))
    return code.call("torch.tensor", listed, dtype=dtype)


def _singular(name: str) -> str:
    one = name[:-1] if name.endswith("s") and len(name) > 2 and name[-2] != "s" else "item"
    return "item" if keyword.iskeyword(one) or hasattr(builtins, one) else one


def _comprehension(element: ast.expr, value: Value) -> ast.ListComp:
    target = ast.Name(value.item, ast.Store())
    return ast.ListComp(element, [ast.comprehension(target, value.code, [], 0)])
