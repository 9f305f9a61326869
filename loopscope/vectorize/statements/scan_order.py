"""The order in which statements are lifted where a carried variable is read beside its update.

``total = total + x[i]`` with ``out[i] = total / (i + 1)``: the update is a scan of its own, and
what other statements read are the scan's values. So the update is lifted before all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize.names import appended_names, assigned_names, value_after, value_before
from loopscope.vectorize.put_in_place import put_in_place

_SAME = {"clone", "detach", "item", "float", "int", "double", "contiguous"}


@dataclass(frozen=True, slots=True)
class Part:
    """Statements to lift together, and the variables whose scans are known after them."""

    statements: list[ast.stmt]
    scanned: tuple[str, ...] = ()


def in_scan_order(body: list[ast.stmt], carried: Sequence[str]) -> list[Part]:
    """Return the body in parts; what reads a scan's values is made to read them by name."""
    whole = [Part(body)]
    body = _one_by_one(_together(_under_tests(body), carried), carried)
    if any(isinstance(n, ast.Continue | ast.Break | ast.Return) for s in body for n in _own(s)):
        return whole
    updates = {name: k for name in carried if (k := _update(body, name)) is not None}
    order = _sorted(body, updates) if updates else None
    if order is None and updates:
        body = _written_out(body, updates)
        order = _sorted(body, updates)
    if order is None:
        return whole
    for name, at in updates.items():
        for k, statement in enumerate(body):
            if k != at:
                _rename(statement, name, value_before(name) if k < at else value_after(name))
    parts: list[Part] = []
    waiting: list[ast.stmt] = []
    for k in order:
        waiting.append(body[k])
        scanned = tuple(name for name, at in updates.items() if at == k)
        if scanned:
            parts.append(Part(waiting, scanned))
            waiting = []
    return [*parts, Part(waiting)] if waiting else parts


def _under_tests(body: list[ast.stmt]) -> list[ast.stmt]:
    """``if skip: continue`` and what follows, as what is done where the test does not hold."""
    for k, statement in enumerate(body):
        match statement:
            case ast.If(test=test, body=[ast.Continue()], orelse=[]) if body[k + 1 :]:
                return [*body[:k], ast.If(test, [], _under_tests(body[k + 1 :]))]
            case _:
                pass
    return body


def _together(body: list[ast.stmt], carried: Sequence[str]) -> list[ast.stmt]:
    """``if done[t]: total = 0`` and the update that follows, as one statement."""
    found: list[ast.stmt] = []
    for statement in body:
        last = found[-1] if found else None
        both = set() if last is None else set(_writes(last)) & set(_writes(statement))
        if isinstance(last, ast.If) and both & set(carried):
            found[-1] = ast.If(ast.Constant(True), [last, statement], [])
        else:
            found.append(statement)
    return found


def _one_by_one(body: list[ast.stmt], carried: Sequence[str]) -> list[ast.stmt]:
    """A test around an update and what reads it, as a test around each."""
    found: list[ast.stmt] = []
    for statement in body:
        match statement:
            case ast.If(test=test, body=inner, orelse=other) if _apart(
                test, [*inner, *other], carried
            ):
                name = _unused("test", body)
                found.append(ast.Assign([ast.Name(name, ast.Store())], test, lineno=0))
                found += [ast.If(ast.Name(name, ast.Load()), [s], []) for s in inner]
                found += [ast.If(ast.Name(name, ast.Load()), [], [s]) for s in other]
            case _:
                found.append(statement)
    return found


def _apart(test: ast.expr, inner: list[ast.stmt], carried: Sequence[str]) -> bool:
    """Whether one statement under the test reads what another updates, and none the test."""
    updated = [n for s in inner for n in _writes(s) if n in carried]
    read_beside = any(n in _reads(s) and n not in _writes(s) for s in inner for n in updated)
    return read_beside and not set(carried) & _reads(test)


def _unused(wanted: str, body: list[ast.stmt]) -> str:
    names = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)}
    return next(n for n in (wanted, *(f"{wanted}_{k}" for k in range(2, 99))) if n not in names)


def _update(body: list[ast.stmt], name: str) -> int | None:
    """The only statement that sets the variable, where others do more than to keep its value."""
    sets = [k for k, s in enumerate(body) if name in _writes(s)]
    readers = [s for k, s in enumerate(body) if k not in sets and name in _reads(s)]
    if len(sets) != 1 or all(_keeps(s, name) for s in readers):
        return None
    if any(_is_place(s, name) for s in readers):  # an offset that moves on
        return None
    return sets[0]


def _written_out(body: list[ast.stmt], updates: dict[str, int]) -> list[ast.stmt]:
    """Updates that read no temporary made of their own variable, but what it is made of."""
    found = list(body)
    for name, at in updates.items():
        for k in reversed(range(at)):
            match body[k]:
                case ast.Assign(targets=[ast.Name(id=temporary)], value=value) if (
                    name in _reads(value) and sum(temporary in _writes(s) for s in body) == 1
                ):
                    found[at] = put_in_place(temporary, value, found[at])
                case _:
                    pass
    return found


def _is_place(statement: ast.stmt, name: str) -> bool:
    subscripts = [n.slice for n in ast.walk(statement) if isinstance(n, ast.Subscript)]
    return any(name in _reads(index) for index in subscripts)


def _keeps(statement: ast.stmt, name: str) -> bool:
    """``out.append(total)`` and ``out[i] = total``."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append" | "insert"), args=args)):
            kept = args[-1]
        case ast.Assign(targets=[ast.Subscript()], value=kept):
            pass
        case _:
            return False
    while True:
        match kept:
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[]) if attr in _SAME:
                kept = value
            case ast.Call(func=ast.Name(id="float" | "int"), args=[value]):
                kept = value
            case _:
                return dotted(kept) == name


def _sorted(body: list[ast.stmt], updates: dict[str, int]) -> list[int] | None:
    """Places of the body's statements, updates before their readers; ``None`` for a cycle."""
    reads, writes = [_reads(s) for s in body], [_writes(s) for s in body]
    before: dict[int, set[int]] = {k: set() for k in range(len(body))}
    for k in range(len(body)):
        for j in range(k):
            later = {n for n in reads[j] & writes[k] if updates.get(n) == k and n not in writes[j]}
            if writes[j] & (reads[k] | writes[k]) or (reads[j] & writes[k]) - later:
                before[k].add(j)
            if later:
                before[j].add(k)
    order: list[int] = []
    while len(order) < len(body):
        ready = [k for k in before if k not in order and before[k] <= set(order)]
        if not ready:
            return None
        order.append(ready[0])
    return order


def _rename(statement: ast.stmt, name: str, new: str) -> None:
    class Rename(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if not isinstance(node, ast.Name | ast.Attribute) or dotted(node) != name:
                return self.generic_visit(node)
            return ast.copy_location(ast.Name(id=new, ctx=ast.Load()), node)

    Rename().visit(statement)


def _own(statement: ast.stmt) -> list[ast.AST]:
    """Nodes of a statement that belong to the loop at hand."""
    if isinstance(statement, ast.For | ast.While):
        return [n for n in ast.walk(statement) if isinstance(n, ast.Return)]
    return list(ast.walk(statement))


def _reads(statement: ast.AST) -> set[str]:
    found = {
        dotted(n)
        for n in ast.walk(statement)
        if isinstance(n, ast.Name | ast.Attribute) and isinstance(n.ctx, ast.Load)
    }
    if isinstance(statement, ast.AugAssign):
        found.add(dotted(statement.target))
    return found - {""}


def _writes(statement: ast.stmt) -> set[str]:
    stored = {
        _base(n)
        for n in ast.walk(statement)
        if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
    }
    return {*assigned_names([statement]), *appended_names([statement]), *stored} - {""}


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return dotted(node)
