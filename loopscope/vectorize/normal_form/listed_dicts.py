"""A dict that is given an entry by each iteration, of which only the values are read: a list.

``ap[c] = f(row)`` is ``ap.append(f(row))`` where no two keys are the same, and then
``list(ap.values())`` is the list. ``ap[c]`` for all ``c`` is that, too, where keys count from 0.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names
from loopscope.vectorize.normal_form.distinct_keys import distinct_keys
from loopscope.vectorize.value import NotLiftable

_MANY = 2
_WHOLE = ("list", "tuple")


@dataclass(frozen=True, slots=True)
class ListedDict:
    """A dict that stands for a list.

    Attributes:
        name: The dict.
        counted: The ``range`` that its keys are, as text; ``""`` where they are others.
        ascends: Its keys are numbers that grow.
        rounds: The variable that must hold whole numbers: its keys are ``int(c)``.
    """

    name: str
    counted: str = ""
    ascends: bool = False
    rounds: str = ""


def listed_dict(loop: ast.stmt, name: str) -> ListedDict | None:
    """Return how a dict that is empty before a loop is a list; ``None`` where it is none."""
    if not isinstance(loop, ast.For):
        return None
    stores = [s for n in ast.walk(loop) if (s := _store(n, name)) is not None]
    uses = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(loop))
    keys = {code.text(s.slice) for s in stores}
    if len(keys) != 1 or uses != len(stores) or _most_stores(loop.body, name)[0] != 1:
        return None
    known = distinct_keys(loop.target, loop.iter)
    set_anew = {n for key in known for n in (key.name,)} & set(assigned_names(loop.body))
    for key in known:
        if key.name not in set_anew and key.is_made(stores[0].slice):
            text = code.text(stores[0].slice)
            counted = key.counted if text == key.name and _always(loop.body, name) else ""
            rounded = not key.is_whole and text.startswith("int(")
            ascends = key.ascends and text in (key.name, f"int({key.name})", f"{key.name}.item()")
            return ListedDict(name, counted, ascends, key.name if rounded else "")
    return None


def appended(loop: ast.For, dicts: Mapping[str, ListedDict]) -> None:
    """Append to these lists where the loop stores to the dicts."""
    if dicts:
        _Appended(dicts).visit(loop)


def read_as_list(statement: ast.stmt, dicts: Mapping[str, ListedDict]) -> ast.stmt | None:
    """Return a statement that reads the lists; ``None`` where it reads a dict in another way."""
    if not dicts:
        return statement
    reading = _Reading(dicts)
    made = cast("ast.stmt", reading.visit(copy.deepcopy(statement)))
    names = [n for n in ast.walk(made) if isinstance(n, ast.Name) and n.id in dicts]
    known = {id(n) for n in reading.lists}
    plain = all(id(n) in known or isinstance(n.ctx, ast.Store) for n in names)
    return ast.fix_missing_locations(made) if plain else None


def check_whole_keys(dicts: Mapping[str, ListedDict], seen: Mapping[str, Seen]) -> None:
    """Check that no two keys ``int(c)`` are the same.

    Raises:
        NotLiftable: A variable may hold other numbers than whole ones.
    """
    for listed in dicts.values():
        what = seen.get(listed.rounds)
        if listed.rounds and (what is None or not what.dtype.startswith("int")):
            raise NotLiftable(f"two keys of {listed.name} may be the same")


def _store(node: ast.AST, name: str) -> ast.Subscript | None:
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=base)) as target]) if (
            base == name
        ):
            return target
        case _:
            return None


def _most_stores(body: list[ast.stmt], name: str) -> tuple[int, bool]:
    """How many stores one way through statements makes at most, and whether all ways leave."""
    most = through = 0
    for statement in body:
        match statement:
            case ast.If(body=then, orelse=other):
                arms = [_most_stores(then, name), _most_stores(other, name)]
                most = max(most, *(through + count for count, _ in arms))
                going_on = [count for count, leaves in arms if not leaves]
                if not going_on:
                    return most, True
                through += max(going_on)
            case ast.Continue() | ast.Break() | ast.Return():
                return max(most, through), True
            case _ if _store(statement, name) is not None:
                through += 1
            case _ if any(_store(n, name) is not None for n in ast.walk(statement)):
                return _MANY, False
            case _:
                pass
        most = max(most, through)
    return most, False


def _always(body: list[ast.stmt], name: str) -> bool:
    """Whether every iteration makes an entry."""
    for statement in body:
        if _store(statement, name) is not None:
            return True
        match statement:
            case ast.If(body=then, orelse=other) if _always(then, name) and _always(other, name):
                return True
            case _ if any(isinstance(n, ast.Continue | ast.Break) for n in ast.walk(statement)):
                return False
            case _:
                pass
    return False


class _Appended(ast.NodeTransformer):
    def __init__(self, dicts: Mapping[str, ListedDict]) -> None:
        self.dicts = dicts

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        match node.targets:
            case [ast.Subscript(value=ast.Name(id=name))] if name in self.dicts:
                made = ast.Expr(code.method(code.name(name), "append", node.value))
                return ast.fix_missing_locations(ast.copy_location(made, node))
            case _:
                return node


class _Reading(ast.NodeTransformer):
    """Puts lists where dicts are read; ``lists`` holds the names that stand for one."""

    def __init__(self, dicts: Mapping[str, ListedDict]) -> None:
        self.dicts = dicts
        self.lists: list[ast.Name] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Name(id=wrap), args=[inner], keywords=[]) if (
                wrap in _WHOLE and (name := self._values(inner))
            ):
                return self._list(name)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name in self.dicts:
                node.args = [self._list(name)]
                return node
            case _ if name := self._values(node):
                return self._list(name)
            case _:
                return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        name = self._walked(node)
        whole = isinstance(node.elt, ast.Name) and not node.generators[0].ifs
        if name and whole and code.text(node.elt) == code.text(node.generators[0].target):
            return self._list(name)
        return self.generic_visit(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        self._walked(node)
        return self.generic_visit(node)

    def _values(self, node: ast.expr) -> str:
        """The dict of ``ap.values()``."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="values"), args=[], keywords=[]
            ) if name in self.dicts:
                return name
            case _:
                return ""

    def _walked(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        """Walk over a list in the place of a dict's keys or entries; return its name."""
        if len(node.generators) != 1:
            return ""
        (walk,) = node.generators
        match walk.target, walk.iter:
            case ast.Tuple(elts=[ast.Name(id=key), ast.Name() as item]), ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="items")
            ) if name in self.dicts:
                pass
            case ast.Name(id=key), iterable if name := self._over_keys(iterable):
                item = ast.Name(_free_name(node), ast.Store())
                held, parts = f"{name}[{key}]", [node.elt, *walk.ifs]
                node.elt, *walk.ifs = [_put(part, held, item.id) for part in parts]
            case _:
                return ""
        parts = [node.elt, *walk.ifs]
        numbered = any(isinstance(n, ast.Name) and n.id == key for p in parts for n in ast.walk(p))
        if numbered and not self.dicts[name].counted:
            return ""
        walk.iter = self._list(name)
        walk.target = item
        if numbered:
            walk.iter = code.call("enumerate", walk.iter)
            walk.target = ast.Tuple([ast.Name(key, ast.Store()), item], ast.Store())
        return name

    def _over_keys(self, iterable: ast.expr) -> str:
        """The dict whose keys are walked in their order: ``ap``, ``sorted(ap)``, ``range(n)``."""
        text = code.text(iterable)
        for name, listed in self.dicts.items():
            same = (name, f"{name}.keys()")
            sorted_ones = (f"sorted({name})", f"sorted({name}.keys())")
            counts = (f"range(len({name}))", listed.counted) if listed.counted else ()
            if text in (*same, *counts) or (listed.ascends and text in sorted_ones):
                return name
        return ""

    def _list(self, name: str) -> ast.Name:
        made = code.name(name)
        self.lists.append(made)
        return made


def _free_name(node: ast.AST) -> str:
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return next(n for n in ("value", "item", "each", "value_2", "item_2") if n not in used)


def _put(node: ast.expr, held: str, item: str) -> ast.expr:
    class Put(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            if code.text(node) == held:
                return ast.copy_location(code.name(item), node)
            return self.generic_visit(node)

    return cast("ast.expr", Put().visit(node))
