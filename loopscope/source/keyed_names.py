"""Entries of a dict by a fixed key, as variables: ``stats["loss"] += x``.

In the copy of the file's tree that is lifted, such an entry is one name, which reads as the user
wrote it: ``ast.Name("stats['loss']")``. Lists, sums and tensors in a dict are then as any others.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from loopscope.source.loop import Loop

_GROWS = ("append", "insert")


def with_keyed_names(loop: Loop) -> Loop:
    """Return the loop with a name for each entry of the dicts that it writes entries of.

    It is a loop of a copy of the file's tree; where there are no such dicts it is the same one.
    """
    dicts = _written_dicts(loop)
    if not dicts:
        return loop
    memo: dict[int, Any] = {}
    module = copy.deepcopy(loop.module, memo)
    function = memo[id(loop.function)]
    _Named(dicts).visit(function)
    return replace(loop, module=module, node=memo[id(loop.node)], function=function)


def owner(name: str) -> str:
    """Return the dict that a name is an entry of; ``""`` for a plain name."""
    return name.partition("[")[0] if "[" in name else ""


def key(name: str) -> str:
    """Return ``loss`` for ``stats['loss']``."""
    return name.partition("['")[2].removesuffix("']")


def real_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, a dict in the place of its entries."""
    return tuple(dict.fromkeys(owner(name) or name for name in names))


def with_names(statement: ast.stmt, dicts: Collection[str]) -> ast.stmt:
    """Return the statement with a name for each entry of these dicts."""
    return cast("ast.stmt", _Named(dicts).visit(statement))


def entries_of(made: ast.stmt) -> dict[str, ast.expr]:
    """Return the entries of ``stats = {"loss": 0.0, "hits": []}``, or ``dict(loss=0.0, hits=[])``.

    It is empty for any other statement.
    """
    match made:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys, values=values)):
            texts = [_text(k) for k in keys]
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords),
        ):
            texts, values = [k.arg or "" for k in keywords], [k.value for k in keywords]
        case _:
            return {}
    names = [_entry(name, text) for text in texts]
    return dict(zip(names, values, strict=True)) if all(texts) else {}


def entry_assignments(made: ast.stmt) -> list[ast.stmt]:
    """Return ``stats = {"loss": 0.0, "hits": []}`` as one assignment an entry."""
    return [
        ast.Assign(targets=[ast.Name(name, ast.Store())], value=value, lineno=made.lineno)
        for name, value in entries_of(made).items()
    ]


def written_dict(values: Mapping[str, ast.expr]) -> ast.Dict:
    """Return ``{"loss": x.sum(), ...}`` for entries of a dict, in order."""
    return ast.Dict([ast.Constant(key(n)) for n in values], [*values.values()])


def _written_dicts(loop: Loop) -> set[str]:
    """Names of which the loop uses nothing but entries by fixed keys, and writes some."""
    if not isinstance(loop.node, ast.For | ast.While) or loop.function is None:
        return set()
    entries = [n for n in ast.walk(loop.node) if isinstance(n, ast.Subscript) and _name_of(n)]
    inner = {id(n.value) for n in entries}
    bare = {n.id for n in ast.walk(loop.node) if isinstance(n, ast.Name) and id(n) not in inner}
    written = {owner(_name_of(n)) for n in _written(loop.node)} - {""}
    deleted = {owner(_name_of(n)) for n in entries if isinstance(n.ctx, ast.Del)}
    return written - bare - deleted


def _written(loop: ast.AST) -> list[ast.expr]:
    """What is stored to, or grows, or is stored into."""
    found: list[ast.expr] = []
    for node in ast.walk(loop):
        match node:
            case ast.Subscript(value=value, ctx=ast.Store()):
                found += [node, value]
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _GROWS:
                found.append(value)
            case _:
                pass
    return found


def _name_of(node: ast.AST) -> str:
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=index) if _text(index):
            return _entry(name, _text(index))
        case _:
            return ""


def _text(index: ast.expr | None) -> str:
    match index:
        case ast.Constant(value=str(text)) if text.isidentifier():
            return text
        case _:
            return ""


def _entry(name: str, text: str) -> str:
    return f"{name}[{text!r}]"


class _Named(ast.NodeTransformer):
    def __init__(self, dicts: Collection[str]) -> None:
        self.dicts = dicts

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        name = _name_of(node)
        if owner(name) not in self.dicts:
            return self.generic_visit(node)
        return ast.copy_location(ast.Name(id=name, ctx=node.ctx), node)
