"""What a dict holds: numbers, or lists of indices: ``for label, rows in members.items()``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.groups.joined import items_of
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.list_as_tensor import of_numbers
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable, Value


def bind_entries(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis | None:
    """Bind lists or numbers, and their keys where these are read; ``None`` for any other header.

    Keys that are no whole numbers have no tensor.

    Raises:
        NotLiftable: The lists hold what is not understood.
    """
    match target, iterable:
        case (
            ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name) as item]),
            ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[], keywords=[]),
        ):
            pass
        case ast.Name(id=name) as item, ast.Call(
            func=ast.Attribute(value=owner, attr="values"), args=[], keywords=[]
        ):
            key = ""
        case _:
            return None
    seen = lifter.what(owner)
    if seen is None or seen.value not in ("dict", "defaultdict") or seen.mixed:
        return None
    held = lifter.fixed(owner)
    if seen.item is not None and seen.item.kind == "number":
        return _bind_numbers(lifter, key, item, held, seen)
    if not _holds_indices(seen.item):
        return None
    groups = lifter.bind(
        "groups", Value(code.call("list", code.method(held, "values")), kind="other")
    )
    items = items_of(lifter, groups, seen.item, name)
    if items is None:
        raise NotLiftable(f"what {code.text(owner)} holds is not understood")
    size, over = code.call("len", held), code.text(groups.code)
    axis = new_axis(lifter, item, Linear(), Linear(((code.text(size), 1),)), size, None, over=over)
    bind_target(
        lifter,
        item,
        Value(
            items.code,
            (axis,),
            items.rank,
            "other",
            items.dtype,
            items.shape,
            ragged=True,
            item=name,
            python=items.python,
        ),
    )
    _bind_keys(lifter, key, held, seen, axis)
    return axis


def _bind_numbers(
    lifter: Lifter, key: str, item: ast.Name, held: ast.expr, seen: Seen
) -> Axis | None:
    """Bind the numbers that a dict holds: ``for label, color in table.items()``."""
    number = seen.item
    if number is None or number.mixed:
        return None
    listed = code.call("list", code.method(held, "values"))
    values = lifter.bind(plural(item.id), of_numbers(lifter, listed, number, (None,)))
    size, over = code.call("len", held), code.text(values.code)
    axis = new_axis(lifter, item, Linear(), Linear(((code.text(size), 1),)), size, None, over=over)
    bind_target(lifter, item, replace(values, axes=(axis,), rank=0, shape=()))
    _bind_keys(lifter, key, held, seen, axis)
    return axis


def _bind_keys(lifter: Lifter, key: str, held: ast.expr, seen: Seen, axis: Axis) -> None:
    if key and seen.dtype not in ("range", "int"):
        lifter.written.add(key)  # it is not known: nothing may read it
    elif key and (lifter.outermost is None or count_uses(lifter.outermost).get(key)):
        lifter.env[key] = _keys(lifter, key, held, seen, axis)


def _holds_indices(item: Seen | None) -> bool:
    if item is None or item.mixed:
        return False
    numbers = item.item if item.kind == "list" else item
    return numbers is not None and numbers.dtype.startswith("int") and item.rank == 1


def _keys(lifter: Lifter, key: str, held: ast.expr, seen: Seen, axis: Axis) -> Value:
    """A dict's keys: no two are the same."""
    listed = code.call("list", held)
    if seen.dtype == "range":
        lifter.assume(f"{code.text(listed)} == list(range(len({code.text(held)})))")
        return counter_value(Counter(axis))
    keys = lifter.bind(
        plural(key), Value(code.call("torch.tensor", listed, dtype=code.attribute("torch.long")))
    )
    lifter.owners[f"distinct {code.text(keys.code)}"] = keys
    return Value(keys.code, (axis,), 0, "tensor", "int64", python=True)
