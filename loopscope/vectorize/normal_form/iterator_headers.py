"""Headers that walk several things at once, as loops of their own.

``for i, j in itertools.combinations(range(n), 2)`` is ``for i in range(n)`` around
``for j in range(i + 1, n)``; ``pairwise(x)`` and ``zip(x, x[1:])`` walk two slices.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TypeAlias

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.put_in_place import Node, put_in_place

Header: TypeAlias = tuple[ast.expr, ast.expr]  # target and iterable
Items: TypeAlias = dict[str, ast.expr]


def with_plain_headers(
    statement: ast.stmt, imports: Mapping[str, str], fresh: Callable[[str], str]
) -> None:
    """Replace such headers, in place.

    Args:
        statement: The loop's, or one that holds its comprehension.
        imports: The file's names of modules and of what it imports from them.
        fresh: Makes a name that nothing uses yet.
    """
    _Plain(imports, fresh).visit(statement)


class _Plain(ast.NodeTransformer):
    def __init__(self, imports: Mapping[str, str], fresh: Callable[[str], str]) -> None:
        self.fresh = fresh
        self.names = {
            written: name
            for name in ("combinations", "product", "pairwise")
            for written in (
                imports.get(f"itertools.{name}", ""),
                f"{imports.get('itertools', '')}.{name}",
            )
        }

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        headers, items = self._plain(node.target, node.iter)
        if len(headers) > 1 and (node.orelse or _leaves(node.body)):
            return node
        if any(name in assigned_names(node.body) for name in items):
            return node
        node.body = [_with_items(s, items) for s in node.body]
        for target, iterable in reversed(headers[1:]):
            inner = ast.For(target, iterable, node.body, [])
            node.body = [ast.copy_location(inner, node)]
        node.target, node.iter = headers[0]
        return ast.fix_missing_locations(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.ListComp:
        self.generic_visit(node)
        node.generators, node.elt = self._generators(node.generators, node.elt)
        return ast.fix_missing_locations(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.GeneratorExp:
        self.generic_visit(node)
        node.generators, node.elt = self._generators(node.generators, node.elt)
        return ast.fix_missing_locations(node)

    def _generators(
        self, generators: list[ast.comprehension], made: ast.expr
    ) -> tuple[list[ast.comprehension], ast.expr]:
        found: list[ast.comprehension] = []
        known: dict[str, ast.expr] = {}
        for one in (_with_items(g, known) for g in generators):
            headers, items = self._plain(one.target, one.iter)
            known |= items
            found += [ast.comprehension(t, i, [], one.is_async) for t, i in headers]
            found[-1].ifs = [_with_items(test, items) for test in one.ifs]
        return found, _with_items(made, known)

    def _plain(self, target: ast.expr, iterable: ast.expr) -> tuple[list[Header], Items]:
        """The headers in its place, outermost first, and what names stand for in them."""
        name = self.names.get(dotted(iterable.func)) if isinstance(iterable, ast.Call) else None
        match name, iterable, target:
            case "combinations", ast.Call(args=[items, ast.Constant(value=2)]), ast.Tuple(
                elts=[ast.Name() as first, ast.Name() as second]
            ):
                return self._combinations(first, second, items) or ([(target, iterable)], {})
            case "product", ast.Call(args=[_, *_] as args, keywords=[]), ast.Tuple(
                elts=targets
            ) if len(args) == len(targets) and not any(isinstance(a, ast.Starred) for a in args):
                return list(zip(targets, args, strict=True)), {}
            case "pairwise", ast.Call(args=[items]), _ if dotted(items):
                ahead = code.subscript(items, [ast.Slice(code.const(1))])
                return [(target, _without_ends([items, ahead]) or iterable)], {}
            case _:
                pass
        match iterable:
            case ast.Call(func=ast.Name(id="zip"), args=[_, _] as args, keywords=[]):
                return [(target, _without_ends(args) or iterable)], {}
            case _:
                return [(target, iterable)], {}

    def _combinations(
        self, first: ast.Name, second: ast.Name, items: ast.expr
    ) -> tuple[list[Header], Items] | None:
        match items:
            case ast.Call(func=ast.Name(id="range"), args=[size], keywords=[]):
                names, read = [first.id, second.id], {}
            case _ if dotted(items):
                size = code.call("len", items)
                names = [self.fresh("i"), self.fresh("j")]
                places = [code.subscript(items, [code.name(n)]) for n in names]
                read = dict(zip((first.id, second.id), places, strict=True))
            case _:
                return None
        after = code.binary(code.name(names[0]), ast.Add(), code.const(1))
        ranges = code.call("range", size), code.call("range", after, size)
        targets = [ast.Name(name, ast.Store()) for name in names]
        return list(zip(targets, ranges, strict=True)), read


def _with_items(node: Node, items: Items) -> Node:
    for name, item in items.items():
        node = put_in_place(name, item, node)
    return node


def _without_ends(args: list[ast.expr]) -> ast.Call | None:
    """``zip(x[:-1], x[1:])`` of ``zip(x, x[1:])``: it ends with the shorter."""
    for whole, part in (args, args[::-1]):
        match part:
            case ast.Subscript(value=owner, slice=ast.Slice(upper=None, step=None) as ahead) if (
                code.text(owner) == code.text(whole)
                and (count := code.integer(ahead.lower or code.const(0))) is not None
                and count > 0
            ):
                short = code.subscript(whole, [ast.Slice(None, code.const(-count))])
                return code.call("zip", *(short if a is whole else a for a in args))
            case _:
                pass
    return None


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a ``break`` would leave the inner of two loops alone."""
    return any(isinstance(node, ast.Break) for s in body for node in ast.walk(s))
