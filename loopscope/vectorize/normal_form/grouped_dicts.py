"""Items that a dict of lists puts into groups: ``cells[key].append(p)``, for each sorted key."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize import code


@dataclass(frozen=True, slots=True)
class Grouping:
    """A loop that does nothing but put its items into groups.

    Attributes:
        name: The dict.
        key: Of an item's group.
        item: What is put there.
    """

    name: str
    key: ast.expr
    item: ast.expr


def read_grouping(loop: ast.stmt) -> Grouping | None:
    """Return what a loop puts where; ``None`` for a loop that does anything else."""
    if not isinstance(loop, ast.For) or loop.orelse:
        return None
    made: dict[str, ast.expr] = {}
    *before, last = loop.body
    begun: ast.expr | None = None
    for statement in before:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in made:
                made[name] = _put(made, value)
            case ast.If(
                test=ast.Compare(ops=[ast.NotIn()]),
                body=[
                    ast.Assign(
                        targets=[ast.Subscript() as begun],
                        value=ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[]),
                    )
                ],
                orelse=[],
            ) if (
                code.text(statement.test)
                == f"{code.text(begun.slice)} not in {dotted(begun.value)}"
            ):
                pass
            case _:
                return None
    match last:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=group, attr="append"), args=[item])):
            pass
        case _:
            return None
    match group:
        case ast.Subscript(value=ast.Name(id=name), slice=key):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="setdefault"),
            args=[key, ast.List(elts=[])],
        ):
            pass
        case _:
            return None
    if begun is not None and code.text(begun) != f"{name}[{code.text(key)}]":
        return None
    read = [_put(made, key), _put(made, item)]
    if any(isinstance(n, ast.Name) and n.id in made for r in read for n in ast.walk(r)):
        return None  # of the iteration before
    return Grouping(name, *read)


def _put(made: dict[str, ast.expr], node: ast.expr) -> ast.expr:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(made.get(node.id, node))

    result: ast.expr = Put().visit(copy.deepcopy(node))
    return result


def sorted_keys(statement: ast.stmt, name: str) -> str:
    """The ``keys`` of ``keys = sorted(cells)``; ``""`` for any other statement."""
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=keys)],
            value=ast.Call(func=ast.Name(id="sorted"), args=[walked], keywords=[]),
        ) if code.text(walked) in (name, f"{name}.keys()"):
            return keys
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Statements that group by ``torch.unique``.

    Attributes:
        statements: They do what the loop and what follows it did.
        name: The dict, which nothing needs any more.
        owner: The group of each item: a number below that of all groups.
    """

    statements: list[ast.stmt]
    name: str
    owner: str


def without_groups(statements: list[ast.stmt], taken: set[str]) -> Grouped | None:
    """Group by ``torch.unique``; ``None`` where the dict is read for more than its groups."""
    first, *tail = statements
    found = read_grouping(first)
    if found is None or not isinstance(first, ast.For):
        return None
    rows = _rows(first, found.item)
    named = next((k for k, s in enumerate(tail) if sorted_keys(s, found.name)), None)
    if rows is None or named is None:
        return None
    keys = sorted_keys(tail[named], found.name)
    owner = next(n for n in ("owner", "groups", "owner_of_each") if n not in taken)
    reads = _Reads(found.name, keys, owner, rows)
    made: list[ast.stmt] = []
    for k, statement in enumerate(tail):
        kept = code.assignment(keys, code.name(keys)) if k == named else reads.visit(statement)
        made.append(ast.copy_location(kept, statement))
    left = {n.id for s in made for n in ast.walk(s) if isinstance(n, ast.Name)}
    if reads.failed or found.name in left:
        return None
    walk = ast.comprehension(target=first.target, iter=first.iter, ifs=[], is_async=0)
    joined, numbers, options = _numbers(found.key)
    of_each = code.call(joined, ast.ListComp(elt=numbers, generators=[walk]))
    unique = code.call("torch.unique", of_each, **options, return_inverse=True)
    grouped = code.unpacking([keys, owner], unique)
    return Grouped([ast.copy_location(grouped, first), *made], found.name, owner)


def _numbers(key: ast.expr) -> tuple[str, ast.expr, dict[str, ast.expr]]:
    """What joins the keys, a key as numbers, and how equal ones are found."""
    several: dict[str, ast.expr] = {"dim": code.const(0)}
    match key:
        case ast.Call(
            func=ast.Name(id="tuple"),
            args=[ast.Call(func=ast.Attribute(value=inner, attr="tolist"), args=[])],
        ):
            match inner:
                case ast.Call(func=ast.Attribute(value=value, attr="int"), args=[], keywords=[]):
                    inner = code.method(value, "long")  # as Python's numbers are in a tensor
                case _:
                    pass
            return "torch.stack", inner, several
        case ast.Tuple(elts=elts):
            return "torch.tensor", code.list_of(elts), several
        case _:
            return "torch.tensor", key, {}


def _rows(loop: ast.For, item: ast.expr) -> ast.expr | None:
    """The tensor whose rows the items are, in the loop's order."""
    match loop.target, loop.iter, item:
        case ast.Name(id=name), ast.Name() | ast.Attribute() as walked, ast.Name(id=put) if (
            put == name
        ):
            return walked
        case ast.Tuple(elts=names), ast.Call(func=ast.Name(id="zip"), args=lists), ast.Name(
            id=put
        ):
            pairs = zip(names, lists, strict=False)
            found = next((w for n, w in pairs if dotted(n) == put), None)
            return found if found is not None and dotted(found) else None
        case (
            ast.Name(id=name),
            ast.Call(func=ast.Name(id="range"), args=[_]),
            ast.Subscript(value=ast.Name() | ast.Attribute() as whole, slice=ast.Name(id=at)),
        ) if at == name:
            return whole
        case _:
            return None


class _Reads(ast.NodeTransformer):
    """Puts rows of a group in the place of what the dict holds under a key."""

    def __init__(self, name: str, keys: str, owner: str, rows: ast.expr) -> None:
        self.name, self.keys, self.owner, self.rows = name, keys, owner, rows
        self.failed = False
        self.inside: str = ""

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=key), iter=walked, ifs=[])] if code.text(
                walked
            ) in (self.keys, f"sorted({self.name})"):
                self.inside = key
                element = self.visit(node.elt)
                self.inside = ""
                count = code.call("range", code.call("len", code.name(self.keys)))
                node.elt, node.generators[0].iter = element, count
                return node
            case _:
                self.generic_visit(node)
                return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        rows = code.subscript(
            self.rows,
            [ast.Compare(code.name(self.owner), [ast.Eq()], [code.name(self.inside)])],
        )
        match node:
            case ast.Call(func=function, args=[ast.Subscript() as group], keywords=[]) if (
                self._is_group(group) and dotted(function) == "torch.stack"
            ):
                return rows
            case ast.Call(func=ast.Name(id="len"), args=[ast.Subscript() as group]) if (
                self._is_group(group)
            ):
                return code.call("len", rows)
            case ast.Call(func=function, args=[ast.Name(id=name)], keywords=[]) if (
                name == self.keys and dotted(function) == "torch.tensor"
            ):
                return code.name(self.keys)
            case _:
                self.generic_visit(node)
                return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in (self.keys, self.inside, self.name):
            self.failed = True  # it is a tensor now, or a number
        return node

    def _is_group(self, node: ast.Subscript) -> bool:
        at = node.slice.id if isinstance(node.slice, ast.Name) else ""
        return dotted(node.value) == self.name and bool(self.inside) and at == self.inside
