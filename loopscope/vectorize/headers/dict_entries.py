"""Lists of indices that a dict holds: ``for label, rows in members.items()``."""

from __future__ import annotations

import ast

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.groups.joined import items_of
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable, Value


def bind_entries(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis | None:
    """Bind the lists, and their keys where these are read; ``None`` for any other header.

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
    if not _holds_indices(seen.item):
        return None
    held = lifter.fixed(owner)
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
    if key and seen.dtype not in ("range", "int"):
        lifter.written.add(key)  # it is not known: nothing may read it
    elif key and (lifter.outermost is None or count_uses(lifter.outermost).get(key)):
        lifter.env[key] = _keys(lifter, key, held, seen, axis)
    return axis


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
