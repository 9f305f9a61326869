"""Lists from before the loop that it appends to: ``history.extend(x.mean(dim=1))``."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.each_item import names_in_list
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import appended_names
from loopscope.vectorize.ops.plain_lists import items_of, plain_list
from loopscope.vectorize.value import ListValue, Value


def begin_extended(lifter: Lifter, loop: ast.stmt) -> None:
    """Begin an empty list for each that the loop does nothing with but append to its end."""
    for name in appended_names([loop]):
        seen = lifter.loaded.get(name)
        if name in lifter.env or seen is None or (seen.kind, seen.dtype) != ("list", "list"):
            continue
        if _mentions(loop, name) == _appends(loop, name):
            lifter.env[name] = Value(code.attribute(name), kind="other", list_of=ListValue())
            lifter.extended.append(name)


def extend(lifter: Lifter, name: str) -> None:
    """Write what the loop appends to the list, and forget it."""
    value = lifter.env.pop(name)
    if value.list_of is None or value.list_of.item is None:
        return
    names = names_in_list(value.list_of)
    items = names.code if names is not None else items_of(plain_list(lifter, value))
    lifter.statements.append(ast.Expr(code.method(code.attribute(name), "extend", items)))


def _mentions(loop: ast.stmt, name: str) -> int:
    found = (n for n in ast.walk(loop) if isinstance(n, ast.Name | ast.Attribute))
    return sum(dotted(n) == name for n in found)


def _appends(loop: ast.stmt, name: str) -> int:
    calls = (n.func for n in ast.walk(loop) if isinstance(n, ast.Call))
    methods = (f for f in calls if isinstance(f, ast.Attribute) and f.attr == "append")
    return sum(dotted(f.value) == name for f in methods)
