"""Lists that stand for what each item of a loop stands for."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.put_in_place import put_in_place


def plural(name: str) -> str:
    """What to call the list of what ``name`` is in each iteration."""
    if name.endswith("box"):
        return f"{name}es"
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


def kept_items(name: str, lists: dict[str, ast.expr], test: ast.expr) -> ast.ListComp:
    """``[s for p, s in zip(params, squares) if p.grad is not None]``.

    Args:
        name: The item that is kept.
        lists: The list that each item is of.
        test: Whether an iteration keeps its items.
    """
    read = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)} | {name}
    names = [n for n in lists if n in read]
    targets: list[ast.expr] = [ast.Name(id=n, ctx=ast.Store()) for n in names]
    walk = ast.comprehension(target=targets[0], iter=lists[names[0]], ifs=[test], is_async=0)
    if len(names) > 1:
        walk.target = ast.Tuple(targets, ast.Store())
        walk.iter = code.call("zip", *(lists[n] for n in names))
    return ast.ListComp(elt=code.name(name), generators=[walk])


def within_item(items: ast.ListComp, name: str, node: ast.expr) -> ast.expr:
    """``slot["buf"]`` where ``slot`` stands for ``self.state[p]``."""
    return ast.ListComp(elt=put_in_place(name, items.elt, node), generators=items.generators)


def root_name(node: ast.expr) -> str:
    """``p`` of ``p.grad`` and of ``p.state[k]``; ``""`` where there is no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
