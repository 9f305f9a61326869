"""What becomes of the list that a loop collects."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from loopscope.source.loop import Loop, dotted
from loopscope.source.names import last_name


def find_joins(loop: Loop, targets: Iterable[str]) -> frozenset[str]:
    """Return the last names of calls that take the collected list: ``{"stack"}``.

    ``targets`` are the lists that the loop appends to; a comprehension is looked up itself.
    """
    around = list(ast.walk(loop.function or loop.module))
    names = set(targets) - {""}
    for node in around:
        if isinstance(node, ast.Assign) and node.value is loop.node:
            names |= {dotted(target) for target in node.targets}
    calls = {
        last_name(node.func)
        for node in around
        if isinstance(node, ast.Call) and any(dotted(argument) in names for argument in node.args)
    }
    return frozenset(calls | {loop.consumer.rsplit(".", 1)[-1]}) - {""}
