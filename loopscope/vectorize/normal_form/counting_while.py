"""``while i < n`` with ``i += 1`` at its end is ``for i in range``."""

from __future__ import annotations

import ast

from loopscope.source.while_counter import is_fixed_step
from loopscope.vectorize import code
from loopscope.vectorize.around.region import Region
from loopscope.vectorize.linear import Linear, linear
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.normal_form.bounded_while import with_bound_first
from loopscope.vectorize.normal_form.searching_while import as_searching_for
from loopscope.vectorize.normal_form.while_test import solve_for_counter
from loopscope.vectorize.value import NotLiftable


def without_while(body: list[ast.stmt], region: Region) -> list[ast.stmt]:
    """Return statements in which loops that count are written with ``for``.

    Raises:
        NotLiftable: The loop itself does not count.
    """
    first, *tail = body
    for node in ast.walk(first):
        if isinstance(node, ast.While):
            solve_for_counter(node)
            with_bound_first(node)
    if isinstance(first, ast.While):
        if _leaves_early(first):
            made = region.initial.get(_counted(first))
            if made is None or _counts_down(first):
                raise NotLiftable("a while loop that leaves early")
            body = [*as_searching_for(first, made.code), *tail]
        else:
            body = [as_for(first, region), *tail]
    for statement in body:
        _inner_whiles(statement)
    return body


def _as_for(inner: ast.While, before: list[ast.stmt]) -> list[ast.stmt]:
    """An inner loop with ``for``, where it counts from what was assigned before it."""
    try:
        start = _last_assigned(_counted(inner), before)
        return as_searching_for(inner, start) if start is not None else [inner]
    except NotLiftable:
        return [inner]


def _inner_whiles(statement: ast.stmt) -> None:
    """Write the loops inside of a statement with ``for``, in place."""
    for name in ("body", "orelse"):
        block = getattr(statement, name, None)
        if not isinstance(block, list):
            continue
        made: list[ast.stmt] = []
        for inner in block:
            _inner_whiles(inner)
            made += _as_for(inner, made) if isinstance(inner, ast.While) else [inner]
        setattr(statement, name, made)


def _last_assigned(name: str, block: list[ast.stmt]) -> ast.expr | None:
    """What the statements set a name to last; ``None`` where that is not plain to see."""
    for k, statement in reversed([*enumerate(block)]):
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
                changed = read & set(assigned_names(block[k + 1 :]))
                return None if changed else value
            case _ if name in assigned_names([statement]):
                return None
            case _:
                pass
    return None


def _counted(node: ast.While) -> str:
    test = node.test.values[0] if isinstance(node.test, ast.BoolOp) else node.test
    match test:
        case ast.Compare(left=ast.Name(id=name)):
            return name
        case _:
            raise NotLiftable("a while loop that does not count")


def _leaves_early(node: ast.While) -> bool:
    return isinstance(node.test, ast.BoolOp) or any(
        isinstance(n, ast.Break) for s in node.body for n in ast.walk(s)
    )


def _counts_down(node: ast.While) -> bool:
    return isinstance(node.body[-1], ast.AugAssign) and isinstance(node.body[-1].op, ast.Sub)


def as_for(node: ast.While, region: Region) -> ast.For:
    """Return the counting loop as a ``for``.

    Raises:
        NotLiftable: The loop does not count.
    """
    match node.test:
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[stop]):
            pass
        case _:
            raise NotLiftable("a while loop that does not count")
    *body, last = node.body
    step = _step(last, name, body, down=isinstance(op, ast.Gt | ast.GtE))
    inside = [n for s in body for n in ast.walk(s)]
    stored = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if stored & {name, *count_uses(step)} or node.orelse or not body:
        raise NotLiftable("a while loop that does not count")
    if any(isinstance(n, ast.Continue | ast.Break) for n in inside):
        raise NotLiftable("a while loop that leaves early")
    made = region.initial.get(name)
    start = made.code if made is not None else code.name(name)
    match op:
        case ast.LtE():
            stop = (linear(stop) + Linear((), 1)).code()
        case ast.GtE():
            stop = (linear(stop) - Linear((), 1)).code()
        case _:
            pass
    by_one = code.integer(step) == 1
    bounds = [stop] if code.integer(start) == 0 and by_one else [start, stop]
    if not by_one:
        bounds.append(step)
    loop = ast.For(
        target=ast.Name(id=name, ctx=ast.Store()),
        iter=code.call("range", *bounds),
        body=body,
        orelse=[],
    )
    return ast.fix_missing_locations(ast.copy_location(loop, node))


def _step(last: ast.stmt, name: str, body: list[ast.stmt], *, down: bool) -> ast.expr:
    """By how much the last statement moves the counter, towards what ends the loop."""
    match last:
        case ast.AugAssign(target=ast.Name(id=counted), op=ast.Add(), value=value):
            moves = not down
        case ast.AugAssign(
            target=ast.Name(id=counted), op=ast.Sub(), value=ast.Constant(value=int(by))
        ):
            moves, value = down, code.const(-by)
        case _:
            raise NotLiftable("a while loop that does not count")
    number = code.integer(value)
    plain = is_fixed_step(value, body) if number is None else (number < 0) == down and number != 0
    if counted != name or not moves or not plain:
        raise NotLiftable("a while loop that does not count")
    return value
