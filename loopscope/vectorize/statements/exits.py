"""Branches that leave: at the first match, and by a return."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.first_match import at_first, hit_of
from loopscope.vectorize.carries.until_found import until_found, where_found
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.negated import negated
from loopscope.vectorize.operators.combine import choose
from loopscope.vectorize.statements.branches import lift_branches
from loopscope.vectorize.statements.fixed_tests import aside, write_arms
from loopscope.vectorize.store import Store, moved_axes
from loopscope.vectorize.under_test import under_test
from loopscope.vectorize.value import Carry, NotLiftable, Value

_ADDED_UP = ("keep", "add", "mul", "max", "min", "or", "and")


def lift_break(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> None:
    """``if p(x): found = …; break``: the first iteration in which the test holds is the last.

    What follows the test runs in the iterations before that one.
    """
    condition = lift_condition(lifter, statement.test)
    axis = lifter.axes[-1]
    if axis not in condition.axes or condition.carry is not None or _did_more(lifter, axis):
        raise NotLiftable("a break in a loop that does more than search")
    if any(isinstance(n, ast.Break | ast.Return) for s in rest for n in ast.walk(s)):
        raise NotLiftable("a loop that is left in two ways")
    lifter.broken.add(axis.order)
    condition = _updates_until(lifter, condition, axis)
    before = dict(lifter.env)
    count = len(lifter.stores)
    contents = {base: dict(known) for base, known in lifter.contents.items()}
    if statement.body[:-1] or axis.order in lifter.hits:
        condition = lifter.bind("found", condition)
        lifter.depth += 1  # other iterations wait: no name may be assigned anew
        lifter.lift_statements(statement.body[:-1])
        lifter.depth -= 1
    lifter.stores[count:] = [
        _by_the_last(lifter, store, condition, axis) for store in lifter.stores[count:]
    ]
    stored = {store.base for store in lifter.stores[count:]}
    lifter.contents = {b: known for b, known in contents.items() if b not in stored}
    if axis.order in lifter.hits:
        lifter.hits[axis.order] = hit_of(condition, axis)
    first = {}
    for name, value in lifter.env.items():
        known = before.get(name)
        if known is value or known is None or known.carry is None:
            continue
        if value.carry is not None:
            if value.carry.form not in _ADDED_UP or axis.reverse:
                raise NotLiftable(f"{name} is updated where the loop is left")
            leaves = where_found(condition, condition.axes.index(axis))
            first[name] = choose(lifter, leaves, value, known)
            continue
        first[name] = replace(known, carry=Carry(name, "first", value, condition))
    lifter.env = before
    if rest:
        still = negated(condition)
        dim = code.const(still.axes.index(axis))
        lifter.used_ops += ["torch.cumprod", "torch.eq"]
        running = code.method(_up_to_here(still.code, dim, axis), "bool")
        lift_branches(lifter, replace(still, code=running, dtype="bool"), rest, [])
    for name, value in first.items():
        if lifter.env.get(name) is not before.get(name):
            raise NotLiftable(f"{name} is set by the last iteration and by those before it")
        lifter.env[name] = value


def _updates_until(lifter: Lifter, condition: Value, axis: Axis) -> Value:
    """Make what was updated so far stay where an earlier iteration has left the loop.

    Returns the test under a name, where anything was updated.
    """
    begun = lifter.begun[axis.order]
    updated = [n for n, v in lifter.env.items() if v.carry is not None and begun.get(n) is not v]
    if not updated:
        return condition
    if axis.reverse:
        raise NotLiftable("updates before a backward loop is left")
    if not isinstance(condition.code, ast.Name):
        condition = lifter.bind("found", condition)
    lifter.used_ops += ["torch.cumsum", "torch.cumprod"]
    runs = until_found(condition, condition.axes.index(axis))
    for name in updated:
        lifter.env[name] = choose(lifter, runs, lifter.env[name], begun[name])
    return condition


def _up_to_here(test: ast.expr, dim: ast.expr, axis: Axis) -> ast.expr:
    """Whether a test has held in all iterations so far, as whole numbers."""
    if not axis.reverse:
        return code.method(test, "cumprod", dim=dim)
    turned = code.method(code.method(test, "flip", dim), "cumprod", dim=dim)
    return code.method(turned, "flip", dim)


def _by_the_last(lifter: Lifter, store: Store, found: Value, axis: Axis) -> Store:
    """A store of the last iteration, which left the loop, as one of the loop around it."""
    value = store.value
    if store.op is not None or store.guard is not None or axis in moved_axes(store.places):
        raise NotLiftable("a store where the loop is left")
    if axis in value.axes:
        lifter.used_ops += ["torch.any", "torch.argmax"]
        value = at_first(value, found, axis)
    nest = tuple(a for a in store.nest if a != axis)
    return replace(store, value=value, guard=hit_of(found, axis), nest=nest)


def _did_more(lifter: Lifter, axis: Axis) -> bool:
    """Whether the iteration has left something behind before it may leave the loop."""
    begun = lifter.begun[axis.order]
    changed = [v for n, v in lifter.env.items() if v.carry is not None and begun.get(n) is not v]
    return (
        lifter.guard is not None
        or any(axis in s.nest for s in lifter.stores)
        or any(v.carry is not None and v.carry.form not in _ADDED_UP for v in changed)
        or any(
            v.list_of is not None and v.list_of.item is not None and not v.list_of.axes
            for v in lifter.env.values()
        )
    )


def lift_returning_branch(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> Value | None:
    """``if test: return a`` and what follows, as a choice."""
    condition = lift_condition(lifter, statement.test)
    before = dict(lifter.env)
    stores = len(lifter.stores)
    with aside(lifter, condition) as then_arm, under_test(lifter, condition):
        then = lifter.lift_statements([*statement.body, *rest])
    lifter.env = before
    with aside(lifter, condition) as else_arm, under_test(lifter, negated(condition)):
        orelse = lifter.lift_statements([*statement.orelse, *rest])
    write_arms(lifter, condition, then_arm, else_arm)
    if len(lifter.stores) != stores:
        raise NotLiftable("a helper that stores before it returns")
    if then is None or orelse is None:
        raise NotLiftable("a helper that returns nothing")
    return choose(lifter, condition, then, orelse)
