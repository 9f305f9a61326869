"""``while i < n`` with ``i += 1`` at its end is ``for i in range``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.region import Region
from loopscope.vectorize.value import NotLiftable


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
