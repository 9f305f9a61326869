"""Comprehensions and generator expressions: lists that a loop of their own fills."""

from __future__ import annotations

import ast

from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.headers.bind_header import bind_header
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators import logic
from loopscope.vectorize.value import ListValue, NotLiftable, Value


def lift_comprehension(lifter: Lifter, node: ast.ListComp | ast.GeneratorExp) -> Value:
    """Return the list that a comprehension makes.

    Raises:
        NotLiftable: Its element or its test has no form that we know.
    """
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
