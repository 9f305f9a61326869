"""``for t in set(row.tolist())`` whose body only stores at ``t``: once more does no harm.

What is stored at a place depends on nothing but the place and what was there, so walking over all
items, and storing what each makes of the values before the loop, does the same.
"""

from __future__ import annotations

import ast

from loopscope.vectorize import code


def without_sets(statement: ast.For) -> frozenset[str]:
    """Walk over all items where a set of them is, in place; return the variables."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.For(
                target=ast.Name(id=name),
                iter=ast.Call(func=ast.Name(id="set"), args=[items], keywords=[]),
                orelse=[],
            ) if _only_stores_at(name, node.body) and _is_of_a_tensor(items):
                node.iter = items
                node.body = [_Plain().visit(s) for s in node.body]
                found.add(name)
            case _:
                pass
    return frozenset(found)


def _is_of_a_tensor(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="tolist"), args=[]):
            return True
        case _:
            return False


def _only_stores_at(name: str, body: list[ast.stmt]) -> bool:
    """Whether statements store into elements that the name picks, all of one tensor."""
    stores = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Assign | ast.AugAssign)]
    targets = [t for s in stores for t in (s.targets if isinstance(s, ast.Assign) else [s.target])]
    texts = {code.text(t) for t in targets}
    bases = {code.text(t.value) for t in targets if isinstance(t, ast.Subscript)}
    if len(texts) != 1 or len(bases) != 1 or not _mentions(targets[0], name):
        return False
    statements = [n for s in body for n in ast.walk(s) if isinstance(n, ast.stmt)]
    if not all(isinstance(s, ast.Assign | ast.AugAssign | ast.If) for s in statements):
        return False
    others = [
        n
        for s in body
        for n in ast.walk(s)
        if isinstance(n, ast.Subscript) and code.text(n.value) in bases
    ]
    return {code.text(n) for n in others} == texts


def _mentions(target: ast.expr, name: str) -> bool:
    match target:
        case ast.Subscript(slice=index):
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(index))
        case _:
            return False


class _Plain(ast.NodeTransformer):
    """``x[t] *= p`` as ``x[t] = x[t] * p``."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.Assign:
        read = ast.parse(code.text(node.target), mode="eval").body
        made = ast.Assign([node.target], ast.BinOp(read, node.op, node.value))
        return ast.fix_missing_locations(ast.copy_location(made, node))
