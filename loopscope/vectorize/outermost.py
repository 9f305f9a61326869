"""The outermost loop, and what it leaves behind: stores, variables and lists."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.extended_lists import extend
from loopscope.vectorize.around.region import stored_names
from loopscope.vectorize.around.tail import name_list
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses, is_updated_in_place
from loopscope.vectorize.normal_form.begun_lists import with_first_items
from loopscope.vectorize.statements.lift_statements import lift_statement
from loopscope.vectorize.stores.at_once import written_at_once
from loopscope.vectorize.stores.write_store import write_store
from loopscope.vectorize.value import NotLiftable, Value


def lift_outermost(
    lifter: Lifter, first: ast.For, tail: list[ast.stmt], read_later: set[str]
) -> list[ast.stmt]:
    """Return the loop as whole-tensor statements: its stores, and the names that it leaves.

    Args:
        lifter: With what is known before the loop.
        first: The loop.
        tail: Statements after it that belong to the rewrite.
        read_later: Names that these, or what follows them, read.

    Raises:
        NotLiftable: What it does, or leaves behind, has no form that we know.
    """
    before = set(lifter.env)
    lifter.live, lifter.outermost = read_later, first
    lift_statement(lifter, first)
    written = written_at_once([s for store in lifter.stores for s in write_store(lifter, store)])
    results: list[ast.stmt] = []
    for name in assigned_names([first]):
        value = lifter.env.get(name)
        if value is None or value.list_of is not None or value.carry is not None:
            continue
        if name not in read_later and "." not in name:
            continue
        if not value.is_fixed:
            raise NotLiftable(f"{name} after the loop is not understood")
        if not isinstance(value.code, ast.Name) or value.code.id != name:
            results.append(_result(name, value, first))
        lifter.dropped.add(name)
        lifter.env[name] = replace(value, code=code.attribute(name))
    for name in lifter.extended:
        extend(lifter, name)
    anew = frozenset(assigned_names(results))
    for name in dict.fromkeys((*lifter.env, *sorted(before))):
        value = lifter.env.get(name)
        if value is not None and value.list_of is not None and value.list_of.item is not None:
            lifter.dropped.add(name)
            begun = lifter.initial.get(name)
            if begun is not None and begun.items:
                value = lifter.env[name] = with_first_items(lifter, value, begun.items)
            name_list(lifter, name, value, tail, anew)
    earlier, later = _of_what_was(written, _readers_first(results))
    made = [*lifter.statements, *earlier, *written, *later]
    lifter.statements = []
    return made


def _of_what_was(
    written: list[ast.stmt], results: list[ast.stmt]
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Results that are made of what a tensor held before it is stored to, and the others."""
    changed = stored_names(written)
    read = {n for s in written for n in count_uses(s)}
    before = [
        r for r in results if changed & count_uses(r).keys() and not read & {*assigned_names([r])}
    ]
    return before, [r for r in results if r not in before]


def _readers_first(results: list[ast.stmt]) -> list[ast.stmt]:
    """What reads a name stands before the statement that sets it to a result."""
    ordered, left = [], list(results)
    while left:
        free = next((r for r in left if not _is_read(r, left)), left[0])
        left.remove(free)
        ordered.append(free)
    return ordered


def _is_read(result: ast.stmt, others: list[ast.stmt]) -> bool:
    names = set(assigned_names([result]))
    return any(names & count_uses(other).keys() for other in others if other is not result)


def _result(name: str, value: Value, loop: ast.For) -> ast.stmt:
    """``count += n`` for a Python number, and for a tensor that the loop changes in place."""
    match value.code:
        case ast.BinOp(left=ast.Name() | ast.Attribute() as left, op=op, right=right) if dotted(
            left
        ) == name and (value.kind == "number" or is_updated_in_place(name, loop)):
            return ast.AugAssign(code.stored(code.attribute(name)), op, right)
        case _:
            return code.assignment(name, value.code)
