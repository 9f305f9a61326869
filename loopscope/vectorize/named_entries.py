"""What is walked by name: ``model.named_parameters()``, ``state.items()``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.vectorize import code

_VALUES = {"items": "values", "named_parameters": "parameters", "named_buffers": "buffers"}


def gives_entries(node: ast.expr) -> bool:
    """Whether it gives pairs of a name and a value."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attr), args=[], keywords=[]):
            return attr in _VALUES
        case _:
            return False


def tensors_alone(entries: ast.expr) -> ast.expr | None:
    """Return ``model.parameters()`` for ``model.named_parameters()``; ``None`` for others."""
    match entries:
        case ast.Call(
            func=ast.Attribute(value=owner, attr="named_parameters" | "named_buffers" as attr),
            args=[],
            keywords=[],
        ):
            return code.method(owner, _VALUES[attr])
        case _:
            return None


def chosen_entries(key: str, name: str, entries: ast.expr, test: ast.expr) -> ast.expr:
    """Return ``[(name, p) for name, p in model.named_parameters() if p.requires_grad]``."""
    pair = code.tuple_of([code.name(key), code.name(name)])
    return ast.ListComp(elt=pair, generators=[_walk((key, name), entries, test)])


def each_key(key: str, entries: ast.expr) -> ast.comprehension:
    """Return ``for name, _ in model.named_parameters()``, or ``for name in state``."""
    match entries:
        case ast.Call(func=ast.Attribute(value=walked, attr="items")):
            target = ast.Name(id=key, ctx=ast.Store())
            return ast.comprehension(target=target, iter=walked, ifs=[], is_async=0)
        case _:
            return _walk((key, "_"), entries)


def listed_values(name: str, entries: ast.expr) -> ast.expr:
    """Return ``list(model.parameters())``, ``list(state.values())``; of a list, a list."""
    match entries:
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in _VALUES:
            return code.call("list", code.method(owner, _VALUES[attr]))
        case _:
            return ast.ListComp(elt=code.name(name), generators=[_walk(("_", name), entries)])


def one_of_entries(name: str, place: int, entries: ast.expr) -> ast.ListComp:
    """Return ``[name for name, _ in entries]``; with ``place`` 1 ``[p for _, p in entries]``."""
    names = (name, "_") if place == 0 else ("_", name)
    return ast.ListComp(elt=code.name(name), generators=[_walk(names, entries)])


def both_entries(targets: Sequence[ast.expr]) -> ast.expr:
    """Return ``name, p`` for ``name, _`` and ``_, p``; of targets that are alike the first."""
    names = ["_", "_"]
    for target in targets:
        match target:
            case ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]):
                names = [n if n != "_" else m for n, m in zip(names, (first, second), strict=True)]
            case _:
                return targets[0]
    return ast.Tuple([ast.Name(id=n, ctx=ast.Store()) for n in names], ast.Store())


def _walk(names: tuple[str, str], entries: ast.expr, *tests: ast.expr) -> ast.comprehension:
    target = ast.Tuple([ast.Name(id=n, ctx=ast.Store()) for n in names], ast.Store())
    return ast.comprehension(target=target, iter=entries, ifs=list(tests), is_async=0)
