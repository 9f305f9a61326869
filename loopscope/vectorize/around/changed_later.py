"""Results that code after a loop changes in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import dotted
from loopscope.vectorize.around.region import Region, later_code
from loopscope.vectorize.in_place import is_in_place
from loopscope.vectorize.normal_form.walked_tensors import walked_items

_VIEW_ATTRIBUTES = ("T", "mT", "H", "mH", "data", "real", "imag")
_VIEW_METHODS = {
    "view", "reshape", "view_as", "reshape_as", "flatten", "ravel", "unflatten", "squeeze",
    "unsqueeze", "transpose", "swapaxes", "swapdims", "permute", "movedim", "moveaxis", "t",
    "expand", "expand_as", "narrow", "select", "diagonal", "unfold", "as_strided", "unbind",
    "split", "chunk", "tensor_split", "detach", "contiguous",
}  # fmt: skip


def changed_later(region: Region) -> tuple[str, ...]:
    """Return the names of what later code may change in place.

    Backward refuses a tensor that an op kept for it and that was changed since: what a loop stores
    item by item is kept by none, what one op gives may be. And a view of what is changed changes.
    """
    changed = {n for later in later_code(region) for node in ast.walk(later) for n in _in(node)}
    changed -= {""}
    views = [{*pair} for node in ast.walk(region.function) for pair in _views(node) if all(pair)]
    while more := {n for pair in views if pair & changed for n in pair} - changed:
        changed |= more
    return tuple(sorted(changed))


def _in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(ctx=ast.Store()):
            yield _owner(node)
        case ast.AugAssign(target=target):
            yield _owner(target)
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if is_in_place(name):
            yield _owner(owner)
            yield from map(_owner, node.args)
        case ast.keyword(arg="out", value=value):
            yield _owner(value)
        case _:
            return


def _views(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Names with what they are views of: after ``v = x[i]``, ``v += 1`` changes ``x``."""
    match node:
        case ast.For(target=target, iter=walked):
            pairs = [*walked_items(target, walked)]
        case ast.Assign(targets=[target], value=value):
            pairs = [(target, value)]
        case _:
            return
    for part, whole in pairs:
        names = (n.id for n in ast.walk(part) if isinstance(n, ast.Name))
        yield from ((name, _owner(whole)) for name in names)


def _owner(node: ast.expr) -> str:
    """``x`` of ``x[i].view(-1)[0]``."""
    while True:
        match node:
            case ast.Subscript(value=value):
                node = value
            case ast.Attribute(value=value, attr=name) if name in _VIEW_ATTRIBUTES:
                node = value
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _VIEW_METHODS:
                node = value
            case _:
                return dotted(node)
