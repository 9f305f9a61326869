"""Tensors by name: ``for name, p in model.named_parameters()``, ``for k, v in state.items()``."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.groups.joined import items_of
from loopscope.vectorize.headers.axis import new_axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.named_entries import gives_entries, one_of_entries
from loopscope.vectorize.value import Value


def bind_named_items(lifter: Lifter, target: ast.expr, iterable: ast.expr) -> Axis | None:
    """Bind the names and the tensors, which may differ in size; ``None`` for any other header."""
    match target, iterable:
        case (
            ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name)]),
            ast.Call(func=ast.Attribute(value=owner, attr=method)),
        ) if gives_entries(iterable) and not lifter.axes:
            pass
        case _:
            return None
    if not _is_kept(lifter, key):
        return None  # what only looks names up is written for lists of tensors
    seen, what = lifter.loaded.get(name), lifter.what(owner)
    if seen is None or seen.kind != "tensor" or what is None or what.kind != "other":
        return None
    entries = lifter.fixed(owner)
    walked = code.method(entries, method)
    items = items_of(lifter, Value(one_of_entries(name, 1, walked)), seen, name)
    if items is None:
        return None
    size = code.call("len", code.call("list", walked))
    stop = Linear(((code.text(size), 1),))
    axis = new_axis(lifter, target, Linear(), stop, size, None, over=code.text(walked))
    lifter.env[name] = replace(items, axes=(axis,))
    names = one_of_entries(key, 0, walked)
    lifter.env[key] = Value(
        names, (axis,), kind="other", dtype="str", ragged=True, item=key, python=True
    )
    return axis


def _is_kept(lifter: Lifter, key: str) -> bool:
    """Whether a result is kept by its name, or a list is given names."""
    for node in ast.walk(lifter.outermost) if lifter.outermost is not None else ():
        match node:
            case ast.Subscript(ctx=ast.Store(), slice=place):
                kept: list[ast.expr] = [place]
            case ast.Call(func=ast.Attribute(attr="append"), args=args):
                kept = args
            case _:
                continue
        if any(isinstance(n, ast.Name) and n.id == key for k in kept for n in ast.walk(k)):
            return True
    return False
