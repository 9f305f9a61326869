"""Lists that stand for what each item of a loop stands for."""

from __future__ import annotations

import ast

from loopscope.vectorize.put_in_place import put_in_place


def plural(name: str) -> str:
    """What to call the list of what ``name`` is in each iteration."""
    return f"{name}s" if not name.endswith("s") else f"{name}_list"


def attribute_name(node: ast.expr) -> str:
    """``grad`` of ``p.grad`` and ``p.grad.detach()``; ``""`` where it is no attribute's value."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="detach"), args=[]):
            return attribute_name(inner)
        case ast.Attribute(value=inner, attr="data"):
            return attribute_name(inner)
        case ast.Attribute(attr=attr):
            return attr
        case _:
            return ""


def skipped(statement: ast.stmt) -> ast.expr | None:
    """The test of ``if test: continue``; ``None`` for any other statement."""
    match statement:
        case ast.If(test=test, body=[ast.Continue()], orelse=[]):
            return test
        case _:
            return None


def listed_items(element: ast.expr, name: str, items: ast.expr) -> ast.ListComp:
    """``[p.grad for p in params]``."""
    target = ast.Name(id=name, ctx=ast.Store())
    return ast.ListComp(
        elt=element,
        generators=[ast.comprehension(target=target, iter=items, ifs=[], is_async=0)],
    )


def within_item(items: ast.ListComp, name: str, node: ast.expr) -> ast.expr:
    """``slot["buf"]`` where ``slot`` stands for ``self.state[p]``."""
    return ast.ListComp(elt=put_in_place(name, items.elt, node), generators=items.generators)


def root_name(node: ast.expr) -> str:
    """``p`` of ``p.grad`` and of ``p.state[k]``; ``""`` where there is no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
