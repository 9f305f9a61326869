"""What a loop's steps change: names that they set, and tensors in place, through views as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import dotted
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.normal_form.walked_tensors import walked_items


def changed_names(loop: ast.For) -> set[str]:
    """Return names and tensors that the body sets, stores to, or changes in place.

    With a tensor that the loop walks, its items change.
    """
    in_place = changed_in_place(loop) - {""}
    items = {name for name, root in _views(loop) if root in in_place}
    return {*assigned_names(loop.body), *in_place, *items} - {""}


def changed_in_place(loop: ast.For) -> set[str]:
    """Return what the body stores to or changes in place, if only through a view.

    ``v = x[i]`` and then ``v += 1`` changes ``x``.
    """
    nodes = [n for s in loop.body for n in ast.walk(s)]
    in_place = {name for node in nodes for name in _in_place(node)}
    views = [(name, root) for node in (loop, *nodes) for name, root in _views(node)]
    while more := {root for name, root in views if name in in_place} - in_place:
        in_place |= more
    return in_place


def _in_place(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(value=value, ctx=ast.Store()):
            yield from {dotted(value), _root(value)}
        case ast.AugAssign(target=target):
            yield dotted(target)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr.endswith("_"):
            yield from {dotted(value), _root(value)}
        case ast.keyword(arg="out", value=value):
            yield _root(value)
        case _:
            pass


def _views(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names with what they may be views of."""
    match node:
        case ast.For(target=target, iter=walked):
            for part, source in walked_items(target, walked):
                roots = [_root(s) for s in (source, *getattr(source, "args", ()))]
                parts = (n.id for n in ast.walk(part) if isinstance(n, ast.Name))
                yield from ((name, root) for name in parts for root in roots)
        case ast.Assign(targets=targets, value=value):
            names = (n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
            yield from ((n.id, _root(value)) for n in names if isinstance(n.ctx, ast.Store))
        case _:
            pass


def _root(node: ast.expr) -> str:
    """``x`` of ``x[i].view(-1)[0]``; nothing for what is computed."""
    while True:
        match node:
            case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value)):
                node = value
            case ast.Attribute(value=value, attr="T" | "mT" | "H" | "mH" | "data" | "real"):
                node = value
            case _:
                return dotted(node)
