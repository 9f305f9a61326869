"""A counter that the inner of two loops moves: ``k += 1`` is ``i * n + j`` for every ``k``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.region import Region, later_code
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place


def without_nested_counter(node: ast.For, region: Region) -> str:
    """Write the counter by those of the loops, in place; return its name, ``""`` where none is."""
    match node:
        case ast.For(
            target=ast.Name(id=outer),
            iter=ast.Call(func=ast.Name(id="range"), args=[_]),
            body=[
                ast.For(
                    target=ast.Name(id=inner),
                    iter=ast.Call(func=ast.Name(id="range"), args=[size]),
                    body=[
                        *body,
                        ast.AugAssign(
                            target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=1)
                        ),
                    ],
                ) as within
            ],
        ) if body:
            pass
        case _:
            return ""
    start = region.initial.get(name)
    first = code.integer(start.code) if start is not None else None
    leaves = any(isinstance(n, ast.Continue | ast.Break) for s in body for n in ast.walk(s))
    if first != 0 or leaves or name in assigned_names(body) or outer in count_uses(size):
        return ""
    changes = set(count_uses(size)) & set(assigned_names(body))
    if changes or is_read_first(name, later_code(region)):
        return ""
    before = code.binary(code.name(outer), ast.Mult(), size)
    count = code.binary(before, ast.Add(), code.name(inner))
    within.body = [put_in_place(name, count, statement) for statement in body]
    ast.fix_missing_locations(node)
    return name
