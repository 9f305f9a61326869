"""A user's helper in the place of its call."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable, Value

_MAX_DEPTH = 4


def inline_call(lifter: Lifter, helper: ast.FunctionDef, node: ast.Call) -> Value | None:
    """Lift the helper's body with its parameters bound to the call's arguments.

    Returns ``None`` where all arguments are fixed: the call itself is.

    Raises:
        NotLiftable: Its body has a form that we do not know.
    """
    values = _bound(lifter, helper, node)
    if all(v.is_fixed and v.parts is None and v.list_of is None for v in values.values()):
        return None
    if lifter.depth >= _MAX_DEPTH:
        raise NotLiftable(f"{helper.name} calls itself")
    for name, value in values.items():
        lifter.known_names.setdefault(code.text(value.code), name)
    outer, outer_uses = lifter.env, lifter.uses
    lifter.env = dict(values)
    lifter.uses = count_uses(helper)
    lifter.depth += 1
    try:
        result = lifter.lift_statements(helper.body)
    finally:
        lifter.env, lifter.uses = outer, outer_uses
        lifter.depth -= 1
    if result is None:
        raise NotLiftable(f"{helper.name} returns nothing")
    return result


def _bound(lifter: Lifter, helper: ast.FunctionDef, node: ast.Call) -> dict[str, Value]:
    arguments = helper.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    given = list(node.args)
    if isinstance(node.func, ast.Attribute):
        given.insert(0, node.func.value)  # a method's own object
    if arguments.vararg or arguments.kwarg or any(isinstance(a, ast.Starred) for a in node.args):
        raise NotLiftable(f"{helper.name} takes any number of arguments")
    values = {
        name: lifter.lift(default)
        for name, default in zip(reversed(names), reversed(arguments.defaults), strict=False)
    }
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            values[argument.arg] = lifter.lift(default)
    values |= {name: lifter.lift(a) for name, a in zip(names, given, strict=False)}
    values |= {k.arg: lifter.lift(k.value) for k in node.keywords if k.arg}
    return values
