"""Loops over a model's entries by name, which differ in shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import LOOP_NODES, Loop, LoopNode, dotted

_NAMED = {"state_dict", "named_parameters", "named_buffers"}
_BY_KEY = {"get", "setdefault", "pop"}


def is_keyed_by_name(loop: Loop) -> bool:
    """Whether the loop, or one in or around it, looks up a state dict's entries by name."""
    around = loop.function or loop.module
    nest = [
        node
        for node in ast.walk(around)
        if isinstance(node, LOOP_NODES) and (_holds(node, loop.node) or _holds(loop.node, node))
    ]
    return any(_is_keyed(loop, node, alone=len(nest) == 1) for node in nest)


def _holds(node: ast.AST, other: ast.AST) -> bool:
    return any(inner is other for inner in ast.walk(node))


def _is_keyed(loop: Loop, node: LoopNode, *, alone: bool) -> bool:
    for target, iterable in _bindings(node):
        key = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
        if not isinstance(key, ast.Name) or not _looks_up(node, key.id):
            continue
        if _updates_in_place(node, key.id) or (alone and _makes_anew(node, key.id)):
            continue  # multi-tensor ops do that for all entries at once
        if _names_entries(loop, iterable) or _is_one_of_many(loop, node, iterable):
            return True
    return False


def _bindings(node: LoopNode) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            yield target, iterable
        case ast.While():
            return
        case _:
            for generator in node.generators:
                yield generator.target, generator.iter


def _looks_up(node: LoopNode, key: str) -> bool:
    """``average[key]``, ``log.setdefault(key, [])``, ``{key: …}``."""
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(slice=ast.Name(id=name)) if name == key:
                return True
            case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Name(id=name), *_]) if (
                attr in _BY_KEY and name == key
            ):
                return True
            case ast.DictComp(key=ast.Name(id=name)) if name == key:
                return True
            case _:
                pass
    return False


def _updates_in_place(node: LoopNode, key: str) -> bool:
    """``average[key].mul_(d)``; a plain ``copy_`` of another tensor is no work of its own."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(
                func=ast.Attribute(value=ast.Subscript(slice=ast.Name(id=name)), attr=attr),
                args=args,
            ) if name == key and attr.endswith("_"):
                if attr != "copy_" or any(isinstance(a, ast.BinOp) for a in args):
                    return True
            case _:
                pass
    return False


def _makes_anew(node: LoopNode, key: str) -> bool:
    """``average[key] = d * average[key] + …``, under a name of its own or not; one number each."""
    assigned = [n for n in ast.walk(node) if isinstance(n, ast.Assign)]
    made = {dotted(t): n.value for n in assigned for t in n.targets if isinstance(t, ast.Name)}
    for statement in assigned:
        match statement:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Name(id=name)) as entry]) if (
                name == key
            ):
                pass
            case _:
                continue
        names = [n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)]
        values = [statement.value, *(made[n] for n in names if n in made)]
        if any(isinstance(v, ast.BinOp) and ast.unparse(entry) in ast.unparse(v) for v in values):
            return True
        if any(isinstance(v, ast.Call) and dotted(v.func).endswith(".item") for v in values):
            return True
    return False


def _names_entries(loop: Loop, iterable: ast.expr) -> bool:
    """Whether what is walked was made by ``state_dict()`` or ``named_parameters()``."""
    return any(_mentions_entries(node) for node in _origins(loop, iterable))


def _is_one_of_many(loop: Loop, node: LoopNode, iterable: ast.expr) -> bool:
    """``for key in states[0]`` with ``s[key] for s in states``: one key of each of many dicts."""
    firsts = {
        dotted(inner.value)
        for origin in _origins(loop, iterable)
        for inner in ast.walk(origin)
        if isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant)
    }
    inner_loops = [n for n in ast.walk(node) if isinstance(n, LOOP_NODES) and n is not node]
    walked = [i for n in inner_loops for _, i in _bindings(n)]
    return bool(firsts & {dotted(_bare(w)) for w in walked} - {""})


def _origins(loop: Loop, node: ast.expr, depth: int = 3) -> Iterator[ast.AST]:
    """An expression, and what the function sets the names in it to."""
    yield node
    name = dotted(_bare(node))
    if name and depth:
        for value in _definitions(loop, name):
            yield from _origins(loop, value, depth - 1)


def _bare(node: ast.expr) -> ast.expr:
    """``states`` of ``states[0].keys()`` and of ``copy.deepcopy(states[0])``."""
    match node:
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            return _bare(value)
        case ast.Call(args=[*_, last]):
            return _bare(last)
        case ast.Call(func=function):
            return _bare(function)
        case _:
            return node


def _mentions_entries(node: ast.AST) -> bool:
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in _NAMED
        for n in ast.walk(node)
    )


def _definitions(loop: Loop, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(loop.function or loop.module):
        match node:
            case ast.Assign(targets=targets, value=value) if name in map(dotted, targets):
                yield value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=filled), attr="append")) if (
                filled == name
            ):
                yield node
            case _:
                pass
