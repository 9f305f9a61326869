"""Branches that leave: at the first match, and by a return."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.first_match import at_first, hit_of
from loopscope.vectorize.carries.running_test import (
    as_stopped,
    name_kept,
    note_running,
)
from loopscope.vectorize.carries.running_value import running_value
from loopscope.vectorize.carries.until_found import until_found, where_found
from loopscope.vectorize.carries.where_left import place_left
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.leaving import Running, Stop
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.negated import negated
from loopscope.vectorize.operators.combine import choose, logic
from loopscope.vectorize.statements.branches import lift_branches, merged_lists
from loopscope.vectorize.statements.fixed_tests import aside, write_arms
from loopscope.vectorize.store import Store, moved_axes
from loopscope.vectorize.under_test import under_test
from loopscope.vectorize.value import Carry, NotLiftable, Value

_ADDED_UP = ("keep", "add", "mul", "max", "min", "or", "and")


def lift_break(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> None:
    """``if p(x): found = …; break``: the first iteration in which the test holds is the last.

    What follows the test runs in the iterations before that one.
    """
    axis = lifter.axes[-1]
    running = note_running(lifter, statement.test, rest)
    condition = _lift_test(lifter, statement.test, running)
    changed = assigned_names([*statement.body, *rest])
    stopped = {
        name: left
        for name, value in lifter.env.items()
        if name not in changed and (left := as_stopped(lifter, value, running, axis))
    }
    others = lifter.env.keys() - stopped.keys()
    if (
        axis not in condition.axes
        or condition.carry is not None
        or _did_more(lifter, axis, others)
    ):
        raise NotLiftable("a break in a loop that does more than search")
    if any(isinstance(n, ast.Break | ast.Return) for s in rest for n in ast.walk(s)):
        raise NotLiftable("a loop that is left in two ways")
    lifter.broken.add(axis.order)
    at_the_test = dict(lifter.env)
    lifter.env |= stopped
    condition = _updates_until(lifter, condition, axis, running)
    lifter.stops[axis.order] = Stop(condition, at_the_test)
    before = dict(lifter.env)
    count = len(lifter.stores)
    contents = {base: dict(known) for base, known in lifter.contents.items()}
    if statement.body[:-1] or axis.order in lifter.hits:
        condition = lifter.bind("found", condition)
        lifter.stops[axis.order] = Stop(condition, at_the_test)
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
        goes_on = code.method(_up_to_here(still.code, dim, axis), "bool")
        lift_branches(lifter, replace(still, code=goes_on, dtype="bool"), rest, [])
    for name, value in first.items():
        if lifter.env.get(name) is not before.get(name):
            raise NotLiftable(f"{name} is set by the last iteration and by those before it")
        lifter.env[name] = value


def _lift_test(lifter: Lifter, test: ast.expr, running: Mapping[str, Running]) -> Value:
    """Lift the test of a break, which may read what the iterations so far have summed up."""
    if not running:
        return lift_condition(lifter, test)
    name_kept(lifter, running)
    lifter.running = running
    env, uses, written = dict(lifter.env), dict(lifter.uses), len(lifter.statements)
    try:
        return lift_condition(lifter, test)
    except NotLiftable:  # more than to compare it: its values are computed with
        lifter.uses = uses
        del lifter.statements[written:]
        scans = {n: running_value(lifter, v, running) for n, v in env.items()}
        lifter.env |= {n: scan for n, scan in scans.items() if scan is not None}
        return lift_condition(lifter, test)
    finally:
        lifter.env, lifter.running = env, {}


def _updates_until(
    lifter: Lifter, condition: Value, axis: Axis, running: Mapping[str, Running]
) -> Value:
    """Make what was updated so far stay where an earlier iteration has left the loop.

    Items that were appended and elements that were stored are only those until then.
    Returns the test under a name, where anything was updated.
    """
    begun = lifter.begun[axis.order]
    updated = [
        n
        for n, v in lifter.env.items()
        if v.carry is not None and v.carry.form != "stopped" and begun.get(n) is not v
    ]
    filled = [n for n, v in lifter.env.items() if v.list_of is not None and begun.get(n) is not v]
    stored = [k for k, s in enumerate(lifter.stores) if axis in s.nest]
    if not updated and not filled and not stored:
        return condition
    if axis.reverse:
        raise NotLiftable("updates before a backward loop is left")
    if not isinstance(condition.code, ast.Name):
        condition = lifter.bind("found", condition)
    lifter.used_ops += ["torch.cumsum", "torch.cumprod"]
    runs = until_found(condition, condition.axes.index(axis))
    for name in updated:
        lifter.env[name] = choose(lifter, runs, lifter.env[name], begun[name])
    if condition.axes == (axis,) and filled:
        place = place_left(lifter, Stop(condition, {}), axis, "stop")
        lifter.ranges[f"first {code.text(runs.code)}"] = place
    for name in filled:
        if name in begun:
            held = _with_scans(lifter, lifter.env[name], running)
            lifter.env[name] = merged_lists(lifter, runs, held, begun[name])
    for k in stored:
        store = lifter.stores[k]
        guard = runs if store.guard is None else logic(lifter, store.guard, ast.BitAnd(), runs)
        value = running_value(lifter, store.value, running) or store.value
        lifter.stores[k] = replace(store, guard=guard, value=value)
        lifter.contents.pop(store.base, None)
    return condition


def _with_scans(lifter: Lifter, value: Value, running: Mapping[str, Running]) -> Value:
    """A list with the scans of what it is filled with."""
    filled = value.list_of
    scan = running_value(lifter, filled.item, running) if filled and filled.item else None
    return replace(value, list_of=replace(filled, item=scan)) if filled and scan else value


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


def _did_more(lifter: Lifter, axis: Axis, names: Collection[str]) -> bool:
    """Whether the iteration has changed one of the names in a way that must not go on."""
    begun = lifter.begun[axis.order]
    values = {n: lifter.env[n] for n in names}
    changed = [v for n, v in values.items() if v.carry is not None and begun.get(n) is not v]
    return lifter.guard is not None or any(
        v.carry is not None and v.carry.form not in _ADDED_UP for v in changed
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
