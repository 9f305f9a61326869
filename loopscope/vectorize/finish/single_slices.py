"""Slices that are read once, put where they are read: ``x[1:] - x[:-1]``."""

from __future__ import annotations

import ast
from collections.abc import Collection

from loopscope.source.loop import COMPREHENSIONS, LOOP_NODES, dotted
from loopscope.vectorize import code
from loopscope.vectorize.finish.repeated import is_settled
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place

Groups = list[list[ast.stmt]]


def inlined_slices(groups: Groups, ours: Collection[str]) -> Groups:
    """Return the groups without names of our own for slices that one statement reads once."""
    every = [s for group in groups for s in group]
    for at, statement in enumerate(every):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as part) if (
                name in ours and _is_slice(part)
            ):
                pass
            case _:
                continue
        uses = [k for k, s in enumerate(every) for _ in range(count_uses(s).get(name, 0))]
        if len(uses) != 1 or assigned_names(every).count(name) != 1 or uses[0] < at:
            continue
        if not is_settled(part, every[at : uses[0]]) or _is_repeated(name, every[uses[0]]):
            continue
        put = {id(every[uses[0]]): put_in_place(name, part, every[uses[0]])}
        kept = [[put.get(id(s), s) for s in g if s is not statement] for g in groups]
        return inlined_slices(kept, ours)
    return groups


def _is_slice(part: ast.Subscript) -> bool:
    """Whether it is one slice of a tensor that has a name, ``x[1:]``."""
    match part:
        case ast.Subscript(value=whole, slice=ast.Slice(lower=lower, upper=upper, step=None)):
            bounds = [b for b in (lower, upper) if b is not None]
            return bool(dotted(whole)) and all(code.integer(b) is not None for b in bounds)
        case _:
            return False


def _is_repeated(name: str, statement: ast.stmt) -> bool:
    """Whether a loop in the statement reads the name."""
    loops = (n for n in ast.walk(statement) if isinstance(n, (*LOOP_NODES, *COMPREHENSIONS)))
    return any(name in count_uses(loop) for loop in loops)
