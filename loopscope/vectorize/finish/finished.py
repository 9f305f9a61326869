"""What was lifted, as one would have typed it: the passes over its statements, in order."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.around.region import RETURNED
from loopscope.vectorize.finish.aliases import without_aliases
from loopscope.vectorize.finish.dead_code import without_dead
from loopscope.vectorize.finish.extremum_pairs import with_extremum_pairs
from loopscope.vectorize.finish.long_statements import with_named_parts
from loopscope.vectorize.finish.on_device import on_device
from loopscope.vectorize.finish.outer_names import with_outer_names
from loopscope.vectorize.finish.polish import polished
from loopscope.vectorize.finish.renumbered import renumbered
from loopscope.vectorize.finish.reordered import inlined_moves
from loopscope.vectorize.finish.repeated import named_repeats
from loopscope.vectorize.finish.single_slices import inlined_slices
from loopscope.vectorize.finish.turned import without_turning
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import NotLiftable

Groups = list[list[ast.stmt]]


def finished(
    lifter: Lifter,
    prepared: Prepared,
    made: Groups,
    live: tuple[str, ...],
    copies: frozenset[str],
    copy: str,
) -> Groups:
    """Return the statements without detours, repeats and what nothing reads.

    Args:
        lifter: With what it has seen and named.
        prepared: The loop.
        made: The rewrite, in groups: one for each of the user's statements.
        live: Names that are read later.
        copies: Names that must be contiguous, or have memory of their own.
        copy: The method that makes them so.

    Raises:
        NotLiftable: What is to be copied may be ``None``; or a name from around the function would
            have to be bound.
    """
    if copies and any(_may_be_none(s) for group in made for s in group):
        raise NotLiftable("a result that may be None shares memory")
    made = inlined_moves(without_dead(made, live), live)
    written = [_parts(s) for s in prepared.statements]
    made = [
        [polished(_copying(s, copies, copy, before)) for s in group]
        for group, before in zip(made, written, strict=True)
    ]
    made = without_turning(made, live, _ranks_before(lifter))
    made = _with_pairs(made, lifter, live)
    made = _without_aliases(made, lifter.made, live)
    made = inlined_slices(made, lifter.made - {*live})
    made = [named_repeats(group, lifter.fresh, lifter.known_names) for group in made]
    made = [with_named_parts(group, lifter.fresh, lifter.known_names) for group in made]
    made = renumbered(made, lifter.made, {*live, *prepared.region.initial})
    calls, stay = _users_calls(prepared), _kept_names(prepared, lifter)
    made = [on_device(group, calls, stay) for group in made]
    return [with_outer_names(group, prepared.region.function) for group in made]


def _without_aliases(groups: Groups, made: set[str], live: tuple[str, ...]) -> Groups:
    """Return the groups without second names for what has one of our own.

    What is returned keeps its name where it has one.
    """
    groups = [without_aliases(group, made) for group in groups]
    every = [s for group in groups for s in group]
    kept = {id(s) for s in without_aliases(every, made - {*live}, but=RETURNED)}
    return [[s for s in group if id(s) in kept] for group in groups]


def _with_pairs(made: Groups, lifter: Lifter, live: tuple[str, ...]) -> Groups:
    """Return the groups with an extremum and its place from one op, where both are read."""
    found: Groups = []
    for k, group in enumerate(made):
        others = [s for g in made[k + 1 :] for s in g]
        read = {*live, *(n for s in others for n in count_uses(s))}
        found.append(with_extremum_pairs(group, lifter.fresh, read))
    return found


def _may_be_none(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(value=ast.IfExp(body=ast.Constant(value=None))):
            return True
        case _:
            return False


def _ranks_before(lifter: Lifter) -> dict[str, int]:
    """How many dimensions what is there before the loop has; none of a number."""
    kinds = ("tensor", "number")
    return {p: seen.rank for p, seen in lifter.loaded.items() if seen.kind in kinds}


def _users_calls(prepared: Prepared) -> set[str]:
    """The text of the calls that the user wrote."""
    trees = [prepared.region.function, *prepared.functions.values()]
    return {code.text(n) for t in trees for n in ast.walk(t) if isinstance(n, ast.Call)}


def _kept_names(prepared: Prepared, lifter: Lifter) -> dict[str, Seen]:
    """What was seen of the names that stay as they are."""
    region = prepared.region
    inside = assigned_names([*region.statements, *prepared.statements])
    changed = {*inside, *region.initial}
    return {p: seen for p, seen in lifter.loaded.items() if not {p, p.split(".")[0]} & changed}


def _copying(
    statement: ast.stmt, names: frozenset[str], copy: str, before: Sequence[str]
) -> ast.stmt:
    """``out = x.clone()`` for names that must not share memory; parts that stay may."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
            pass
        case _:
            return statement
    match value:
        case ast.Tuple(elts=elts):
            made: ast.expr = code.tuple_of(_copies(elts, copy, before))
        case ast.Dict(keys=keys, values=values):
            made = ast.Dict(keys, _copies(values, copy, before))
        case ast.Call(func=ast.Name(id="list"), args=[whole]):
            made = code.call("list", code.method(whole, copy))
        case _:
            made = code.method(value, copy)
    statement.value = made
    return statement


def _copies(parts: list[ast.expr], copy: str, before: Sequence[str]) -> list[ast.expr]:
    texts = [*before, *[""] * len(parts)]
    pairs = zip(parts, texts, strict=False)
    return [p if code.text(p) == text else code.method(p, copy) for p, text in pairs]


def _parts(statement: ast.stmt) -> list[str]:
    """The text of what the user's own statement puts together, in a tuple or a dict."""
    match statement:
        case ast.Assign(value=ast.Tuple(elts=parts) | ast.Dict(values=parts)):
            return list(map(code.text, parts))
        case _:
            return []
