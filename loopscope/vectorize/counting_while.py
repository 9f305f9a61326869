"""``while i < n`` with ``i += 1`` at its end is ``for i in range``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.region import Region
from loopscope.vectorize.searching_while import as_searching_for
from loopscope.vectorize.value import NotLiftable


def without_while(body: list[ast.stmt], region: Region) -> list[ast.stmt]:
    """Return statements in which loops that count are written with ``for``.

    Raises:
        NotLiftable: One of them does not count.
    """
    first, *tail = body
    if isinstance(first, ast.While):
        if _leaves_early(first):
            made = region.initial.get(_counted(first))
            if made is None:
                raise NotLiftable("a while loop that leaves early")
            body = [*as_searching_for(first, made.code), *tail]
        else:
            body = [as_for(first, region), *tail]
    for statement in body:
        _inner_whiles(statement)
    return body


def _inner_whiles(statement: ast.stmt) -> None:
    """Write the loops inside of a statement with ``for``, in place."""
    for name in ("body", "orelse"):
        block = getattr(statement, name, None)
        if not isinstance(block, list):
            continue
        made: list[ast.stmt] = []
        for inner in block:
            _inner_whiles(inner)
            if isinstance(inner, ast.While):
                start = _last_assigned(_counted(inner), made)
                made += as_searching_for(inner, start) if start is not None else [inner]
            else:
                made.append(inner)
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


def as_for(node: ast.While, region: Region) -> ast.For:
    """Return the counting loop as a ``for``.

    Raises:
        NotLiftable: The loop does not count.
    """
    match node.test:
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() as op], comparators=[stop]
        ):
            pass
        case _:
            raise NotLiftable("a while loop that does not count")
    *body, last = node.body
    match last:
        case ast.AugAssign(
            target=ast.Name(id=counted), op=ast.Add(), value=ast.Constant(value=int() as step)
        ) if counted == name and step > 0:
            pass
        case _:
            raise NotLiftable("a while loop that does not count")
    stores = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and n.id == name]
    if any(isinstance(n.ctx, ast.Store) for n in stores) or node.orelse or not body:
        raise NotLiftable("a while loop that does not count")
    if any(isinstance(n, ast.Continue | ast.Break) for s in body for n in ast.walk(s)):
        raise NotLiftable("a while loop that leaves early")
    made = region.initial.get(name)
    start = made.code if made is not None else code.name(name)
    if isinstance(op, ast.LtE):
        stop = code.binary(stop, ast.Add(), code.const(1))
    bounds = [stop] if code.integer(start) == 0 and step == 1 else [start, stop]
    if step != 1:
        bounds.append(code.const(step))
    loop = ast.For(
        target=ast.Name(id=name, ctx=ast.Store()),
        iter=code.call("range", *bounds),
        body=body,
        orelse=[],
    )
    return ast.fix_missing_locations(ast.copy_location(loop, node))
