"""A dict whose entries are all made anew is written at once, or not at all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from loopscope.source.keyed_names import key, owner, with_names, written_dict
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import reads_any
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.normal_form.whole_dicts import Entries

Groups = list[list[ast.stmt]]


def with_written_dicts(
    made: Groups, dicts: Entries, later: list[ast.AST], fresh: Callable[[str], str]
) -> Groups:
    """Return statements in which such a dict takes the place of the last of its entries.

    Entries of a dict that nothing else needs become variables: ``loss`` for ``stats["loss"]``.

    Args:
        made: The rewrite, in groups: one for each of the user's statements.
        dicts: Dicts that begin with these entries, by name.
        later: The code after it.
        fresh: Gives a name that is not taken.
    """
    if not dicts:
        return made
    made = [[with_names(s, dicts) for s in group] for group in made]
    for name, entries in dicts.items():
        rewrite = [s for group in made for s in group]
        names = (name, *entries)
        if reads_any(names, rewrite) or reads_any(names, later):
            made = [_written(group, name, entries) for group in made]
        else:
            plain = {n: fresh(key(n)) for n in entries if n in assigned_names(rewrite)}
            made = [[_Renamed(plain).visit(s) for s in group] for group in made]
    return made


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node


def _written(group: list[ast.stmt], name: str, entries: Collection[str]) -> list[ast.stmt]:
    made: dict[str, ast.expr] = {}
    for k, statement in enumerate(group):
        match statement:
            case ast.Assign(targets=[ast.Name(id=entry)], value=value) if owner(
                entry
            ) == name and not _reads_entries(value, name):
                made[entry] = value
            case _ if not made or _is_apart(statement, name, made):
                continue
            case _:
                return group
        if made.keys() == {*entries}:
            whole = code.assignment(name, written_dict({n: made[n] for n in entries}))
            before = [s for s in group[:k] if not set(assigned_names([s])) & made.keys()]
            return [*before, whole, *group[k + 1 :]]
    return group


def _is_apart(statement: ast.stmt, name: str, made: dict[str, ast.expr]) -> bool:
    """Whether it may as well come before what was made: it sets a name that this does not read."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)]):
            read = {n for value in made.values() for n in count_uses(value)}
            return target not in read and not _reads_entries(statement, name)
        case _:
            return False


def _reads_entries(node: ast.AST, name: str) -> bool:
    return any(owner(n) == name for n in count_uses(node))
