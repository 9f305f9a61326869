"""Loops over a few things that no tensor holds: what a net returned, chunks, a literal list."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from loopscope.source.loop import LOOP_NODES, Loop, LoopNode, dotted

_WRAPPERS = {"enumerate", "reversed", "list", "tuple", "iter", "tqdm", "range", "len"}
_CHUNKS = {"chunk", "split", "tensor_split", "array_split"}


def walks_distinct_items(loop: Loop) -> bool:
    """Whether the loop, and every loop in it, goes over items that were made one by one."""
    inner = [n for n in ast.walk(loop.node) if isinstance(n, LOOP_NODES)]
    return all(_is_distinct(loop, node) for node in inner)


def _is_distinct(loop: Loop, node: LoopNode) -> bool:
    sources = [s for iterable in _iterables(node) for s in _sources(iterable)]
    return any(_made_apart(loop, source) for source in sources)


def _iterables(node: LoopNode) -> list[ast.expr]:
    match node:
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
            return [iterable]
        case ast.While():
            return []
        case _:
            return [generator.iter for generator in node.generators]


def _sources(iterable: ast.expr) -> Iterator[ast.expr]:
    """``outs`` of ``enumerate(outs)`` and of ``range(len(outs))``; each part of a ``zip``."""
    match iterable:
        case ast.Call(func=ast.Name(id="zip"), args=args):
            for arg in args:
                yield from _sources(arg)
        case ast.Call(func=ast.Name(id=name), args=[*_, arg]) if name in _WRAPPERS:
            yield from _sources(arg if name == "range" else iterable.args[0])
        case _:
            yield iterable


def _made_apart(loop: Loop, source: ast.expr) -> bool:
    match source:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return bool(elts)
        case ast.ListComp(elt=elt):
            return _is_own_call(elt)
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _made_apart(loop, value)
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _CHUNKS:
            return True
        case ast.Name(id=name):
            made = list(_definitions(loop, name))
            return bool(made) and all(_made_apart(loop, value) for value in made)
        case _:
            return _is_own_call(source)


def _is_own_call(node: ast.expr) -> bool:
    """``net(x)`` and ``self.encoder(x)``: a callable of the user's, not an op on tensors."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return not hasattr(builtins, name) and not name[:1].isupper()
        case ast.Call(func=ast.Attribute() as function):
            return dotted(function).startswith("self.")
        case _:
            return False


def _definitions(loop: Loop, name: str) -> Iterator[ast.expr]:
    """What the function sets a name to; of a list that it fills, what it appends."""
    around = loop.function or loop.module
    for node in ast.walk(around):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    names = [target, *getattr(target, "elts", [])]
                    named = any(isinstance(n, ast.Name) and n.id == name for n in names)
                    if named and (not isinstance(value, ast.List) or value.elts):
                        yield value
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=filled), attr="append"), args=[value]
            ) if filled == name:
                yield ast.List(elts=[value]) if _is_own_call(value) else value
            case _:
                pass
