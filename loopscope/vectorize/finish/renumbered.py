"""``position`` for ``position_2`` where nothing is called ``position`` any more."""

from __future__ import annotations

import ast
from collections.abc import Collection


def renumbered(
    groups: list[list[ast.stmt]], made: Collection[str], kept: Collection[str]
) -> list[list[ast.stmt]]:
    """Return the statements with names of ours without a number that tells them from nothing.

    Args:
        groups: The rewrite.
        made: Names of our own.
        kept: Names that the code around reads or makes.
    """
    nodes = [n for group in groups for s in group for n in ast.walk(s) if isinstance(n, ast.Name)]
    used = {n.id for n in nodes}
    names: dict[str, str] = {}
    for name in sorted(used & set(made)):
        plain, _, number = name.rpartition("_")
        free = plain in made and plain not in {*used, *kept, *names.values()}
        if number.isdigit() and free:
            names[name] = plain
    for node in nodes:
        node.id = names.get(node.id, node.id)
    return groups
