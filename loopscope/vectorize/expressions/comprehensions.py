"""Comprehensions and generator expressions: lists that a loop of their own fills."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.headers.bind_header import bind_header
from loopscope.vectorize.item_rows import items_walked, of_items, over_items, read_walk
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.normal_form.columns import column_key
from loopscope.vectorize.operators.combine import logic
from loopscope.vectorize.ops.lists_of_each import made_of_each
from loopscope.vectorize.value import ListValue, NotLiftable, Value


def lift_comprehension(lifter: Lifter, node: ast.ListComp | ast.GeneratorExp) -> Value:
    """Return the list that a comprehension makes.

    Raises:
        NotLiftable: Its element or its test has no form that we know.
    """
    column = _column(lifter, node)
    if column is not None:
        return column
    over_each = made_of_each(lifter, node)
    if over_each is not None:
        return over_each
    over_lists = _of_items(lifter, node)
    if over_lists is not None:
        return over_lists
    outer, depth = dict(lifter.env), len(lifter.axes)
    mask: Value | None = None
    axes = []
    for generator in node.generators:
        if generator.is_async:
            raise NotLiftable("an asynchronous comprehension")
        axis = bind_header(lifter, generator.target, generator.iter)
        axes.append(axis)
        tests = [lift_condition(lifter, test) for test in generator.ifs]
        for own in (lifter.limits.pop(axis.order, None), *tests):
            if own is not None:
                mask = own if mask is None else logic(lifter, mask, ast.BitAnd(), own)
    item = lifter.lift(node.elt)
    lifter.env = outer
    del lifter.axes[depth:]
    return Value(node, kind="other", list_of=ListValue(tuple(axes), item, mask))


def _column(lifter: Lifter, node: ast.ListComp | ast.GeneratorExp) -> Value | None:
    """``[s["image"] for s in batch]``, as it is; ``None`` for anything else."""
    if not column_key(node) or dotted(node.generators[0].iter) in lifter.written:
        return None
    seen = lifter.what(node)
    return Value(node, kind="other") if seen is not None and seen.kind == "list" else None


def _of_items(lifter: Lifter, node: ast.ListComp | ast.GeneratorExp) -> Value | None:
    """``[w[a] for a in items]`` of lists that differ in length: rows that belong to iterations.

    ``None`` where it goes over anything else.
    """
    (generator, *others) = node.generators
    walk = read_walk(generator.target, generator.iter)
    if walk is None or others or generator.ifs:
        return None
    items = items_walked(lifter, walk)
    if items is None:
        return None
    with over_items(lifter, walk, items, [node.elt]) as rows:
        item = lifter.lift(node.elt)
    return of_items(item, rows)
