"""Second names for what the rewrite has named already."""

from __future__ import annotations

import ast

from loopscope.vectorize.names import assigned_names, count_uses


def without_aliases(
    statements: list[ast.stmt], made: set[str], *, but: str = ""
) -> list[ast.stmt]:
    """``stored = x.exp()``, ``out = stored`` as ``out = x.exp()``, where ``stored`` is ours.

    The second name ``but`` stays one.
    """
    for at, statement in enumerate(statements):
        match statement:
            case ast.Assign(targets=[ast.Name(id=wanted)], value=ast.Name(id=own)) if own in made:
                begun = _only_definition(statements[:at], own)
            case _:
                continue
        rest = [*statements[begun:at], *statements[at + 1 :]] if begun is not None else []
        if begun is None or any(_mentions(s, wanted) for s in statements[begun + 1 : at]):
            continue
        if wanted == but or wanted in assigned_names(statements[at + 1 :]):
            continue
        renamed = [_Rename(own, wanted).visit(s) for s in rest]
        return without_aliases([*statements[:begun], *renamed], made, but=but)
    return statements


def _only_definition(statements: list[ast.stmt], name: str) -> int | None:
    """Where a name is assigned, if that is once and as ``name = …``."""
    places = [k for k, s in enumerate(statements) if name in assigned_names([s])]
    if len(places) != 1:
        return None
    match statements[places[0]]:
        case ast.Assign(targets=[ast.Name()]):
            return places[0]
        case _:
            return None


def _mentions(statement: ast.stmt, name: str) -> bool:
    return name in count_uses(statement) or name in assigned_names([statement])


class _Rename(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id != self.old:
            return node
        return ast.copy_location(ast.Name(id=self.new, ctx=node.ctx), node)
