"""``a, b = map(int, row)``: the row is unpacked, then its items are made whole numbers."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.put_in_place import put_in_place


def with_items(statement: ast.stmt) -> None:
    """Unpack the items before what is done to each of them, in place."""
    _Unpacked().visit(statement)


class _Unpacked(ast.NodeTransformer):
    def visit_Assign(self, node: ast.Assign) -> ast.Assign | list[ast.stmt]:
        found = _for_each(node.value)
        match node.targets:
            case [ast.Tuple(elts=targets)] if found is not None:
                names = [t.id for t in targets if isinstance(t, ast.Name)]
            case _:
                return node
        variable, made, items = found
        if len(names) != len(targets) or count_uses(made).keys() & {*names}:
            return node
        unpacked = ast.Assign([ast.Tuple(targets, ast.Store())], items)
        each = [put_in_place(variable, code.name(name), made) for name in names]
        done = ast.Assign([ast.Tuple(targets, ast.Store())], ast.Tuple(each, ast.Load()))
        return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in (unpacked, done)]


def _for_each(value: ast.expr) -> tuple[str, ast.expr, ast.expr] | None:
    """The variable, what is made of it, and the items."""
    match value:
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name() as function, items], keywords=[]):
            return "item", code.call(function, code.name("item")), items
        case (
            ast.ListComp(elt=made, generators=[one]) | ast.GeneratorExp(elt=made, generators=[one])
        ) if isinstance(one.target, ast.Name) and not one.ifs and not one.is_async:
            return one.target.id, made, one.iter
        case _:
            return None
