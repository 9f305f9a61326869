"""Tests that end a loop and read what it has added up so far: ``if total > limit: break``.

Until the loop is left the variable is what a scan of all its items makes of it, and what it would
have been later is read by nobody.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.carries.forms import is_number
from loopscope.vectorize.carries.note_scan import named_scan
from loopscope.vectorize.carries.running_value import running_value, same_update
from loopscope.vectorize.counters import counter_value
from loopscope.vectorize.leaving import Running
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.value import Carry, NotLiftable, Value


def note_running(lifter: Lifter, test: ast.expr, rest: list[ast.stmt]) -> dict[str, Running]:
    """Return what is known of the carried variables that a test reads.

    Args:
        lifter: The statements before the test are lifted.
        test: It ends the loop.
        rest: Statements of the body after it.

    Raises:
        NotLiftable: One of them is updated in a way that is not understood, or by a loop around.
    """
    axis = lifter.axes[-1]
    found: dict[str, Running] = {}
    for node in ast.walk(test):
        value = (
            lifter.env.get(dotted(node)) if isinstance(node, ast.Name | ast.Attribute) else None
        )
        if value is None or value.carry is None or value.carry.name in found:
            continue
        name = value.carry.name
        before = lifter.around[axis.order].get(name)
        if before is not None and before.carry is not None:
            raise NotLiftable(f"{name} is carried through several loops")
        update = _after(lifter, name, rest)
        if update is not None and update.carry is not None and update.carry.form != "keep":
            found[name] = Running(update, axis, before)
    return found


def name_kept(lifter: Lifter, running: Mapping[str, Running]) -> None:
    """Give a name to scans that the loop also appends or stores, before the test is lifted."""
    lists = [v.list_of.item for v in lifter.env.values() if v.list_of and v.list_of.item]
    for value in [*lists, *(s.value for s in lifter.stores)]:
        name = value.carry.name if value.carry is not None else ""
        scan = running_value(lifter, value, running)
        if scan is not None and not isinstance(scan.code, ast.Name):
            carry = lifter.scans[code.text(scan.code)]
            bound = named_scan(lifter, name, scan)
            lifter.scans[code.text(bound.code)] = carry
            lifter.ranges[f"running {name} {running[name].axis.order}"] = bound


def as_stopped(
    lifter: Lifter, value: Value, running: Mapping[str, Running], axis: Axis
) -> Value | None:
    """A variable as the iteration leaves it that ends the loop, by its scan or by its number.

    ``None`` for those that are neither read by the test nor count all iterations.
    """
    carry = value.carry
    if carry is None or carry.form == "keep" or not running:
        return None
    if carry.form == "add" and carry.term is not None and is_number(carry.term.code, 1):
        known = lifter.around[axis.order].get(carry.name)
        if carry.test is not None or axis.reverse or (known is not None and known.carry):
            return None
        counted = replace(axis, start=Linear(), stop=linear(axis.size), step=1, step_name="")
        number = counter_value(Counter(counted, Linear((), 1), numbered=True))
        number = replace(number, kind="number", dtype="int")
        return replace(value, carry=Carry(carry.name, "stopped", number, op="count"))
    known_update = running[carry.name].update.carry if carry.name in running else None
    if known_update is None or not same_update(carry, known_update):
        return None
    scan = running_value(lifter, value, running)
    return replace(value, carry=Carry(carry.name, "stopped", scan))


def _after(lifter: Lifter, name: str, rest: list[ast.stmt]) -> Value | None:
    """What the variable is at the end of an iteration that goes on after the test."""
    sets = [k for k, s in enumerate(rest) if name in assigned_names([s])]
    if not sets:
        return lifter.env.get(name)
    if len(sets) != 1 or not isinstance(rest[sets[0]], ast.Assign | ast.AugAssign):
        raise NotLiftable(f"{name} is updated in a way that is not understood")
    needed = [*_needed(rest[sets[0]], rest[: sets[0]]), rest[sets[0]]]
    env, uses, count = dict(lifter.env), lifter.uses, len(lifter.statements)
    lifter.uses = {}
    try:
        lifter.lift_statements(needed)
        after = lifter.env.get(name)
    finally:
        lifter.env, lifter.uses = env, uses
    if len(lifter.statements) > count:
        del lifter.statements[count:]
        raise NotLiftable(f"{name} is updated in a way that is not understood")
    return after


def _needed(update: ast.stmt, before: list[ast.stmt]) -> list[ast.stmt]:
    """The assignments that an update reads, in order."""
    wanted, found = set(count_uses(update)), list[ast.stmt]()
    for statement in reversed(before):
        if not set(assigned_names([statement])) & wanted:
            continue
        if not isinstance(statement, ast.Assign | ast.AugAssign):
            raise NotLiftable("an update of what a branch sets")
        found.insert(0, statement)
        wanted |= set(count_uses(statement))
    return found
