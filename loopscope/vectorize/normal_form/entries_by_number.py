"""Entries of dicts, or of objects, that stand in a list: ``batch[i]["image"]``.

It is an item of the list of all these entries, ``[item["image"] for item in batch][i]``.
"""

from __future__ import annotations

import ast
import copy

from loopscope.source.loop import dotted
from loopscope.vectorize.normal_form.columns import (
    OF_TENSORS,
    Entry,
    Fresh,
    column,
    entry_of,
    key_of,
    keys_read,
)


def with_entries_by_number(statement: ast.stmt, fresh: Fresh) -> None:
    """Read them from lists of their own, in place.

    Args:
        statement: That of a loop, or of a comprehension.
        fresh: Makes a name that nothing uses yet.
    """
    for name, item in _named_items(statement).items():
        _PutItem(name, item).visit(statement)
    _Entries(_whole_numbers(statement), fresh).visit(statement)
    ast.fix_missing_locations(statement)


def _named_items(statement: ast.stmt) -> dict[str, ast.Subscript]:
    """Names of one of a list's dicts: ``info`` of ``info = meta[int(k)]``."""
    found: dict[str, ast.Subscript] = {}
    for node in ast.walk(statement):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name) as target], value=ast.Subscript(value=walked) as item
            ) if dotted(walked) and keys_read(
                (n for n in ast.walk(statement) if n is not target), name
            ):
                found[name] = item
            case _:
                pass
    return found


class _PutItem(ast.NodeTransformer):
    """Puts the item of the list in the place of its name, which nothing assigns any more."""

    def __init__(self, name: str, item: ast.Subscript) -> None:
        self.name, self.item = name, item

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return None if node.value is self.item else self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return self._put(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._put(node)

    def _put(self, node: Entry) -> ast.AST:
        if not key_of(node, self.name):
            return self.generic_visit(node)
        return entry_of(copy.deepcopy(self.item), node)


def _whole_numbers(statement: ast.stmt) -> set[str]:
    """Counters of loops, and what is made a whole number."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))):
                found.add(name)
            case ast.comprehension(
                target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))
            ):
                found.add(name)
            case ast.For(
                target=ast.Tuple(elts=[ast.Name(id=name), _]),
                iter=ast.Call(func=ast.Name(id="enumerate")),
            ):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_whole(value, set()):
                found.add(name)
            case _:
                pass
    return found


def _is_whole(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in known
        case ast.Call(func=ast.Name(id="int"), args=[_]):
            return True
        case ast.Call(func=ast.Attribute(attr="item"), args=[]):
            return True
        case _:
            return False


class _Entries(ast.NodeTransformer):
    """Reads an entry of one of the items as one of the list of all these entries."""

    def __init__(self, known: set[str], fresh: Fresh) -> None:
        self.known, self.fresh = known, fresh
        self.item = ""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute):  # a method is no entry
            node.func.value = self.visit(node.func.value)
            node.args = [self.visit(a) for a in node.args]
            node.keywords = [self.visit(k) for k in node.keywords]
            return node
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        is_key = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        return self._of_all(node) if is_key else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return node if node.attr in OF_TENSORS else self._of_all(node)

    def _of_all(self, node: Entry) -> ast.expr:
        match node.value:
            case ast.Subscript(value=walked, slice=place) if (
                dotted(walked) and isinstance(node.ctx, ast.Load) and _is_whole(place, self.known)
            ):
                self.item = self.item or self.fresh("item")
                return ast.Subscript(column(self.item, node, walked), place, ast.Load())
            case _:
                return node
