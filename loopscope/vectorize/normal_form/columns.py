"""Lists of dicts, or of objects, as a list for each of their entries.

``for s in batch`` becomes ``for image, label in zip([s["image"] for s in batch], …)`` where the
loop reads ``s["image"]`` and ``s["label"]``, or ``s.image`` and ``s.label``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Sequence

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.names import assigned_names

Fresh = Callable[[str], str]
Walk = tuple[ast.expr, ast.expr]  # a loop's variable, and what it walks over
Loop = ast.For | ast.ListComp | ast.GeneratorExp
Entry = ast.Subscript | ast.Attribute
OF_TENSORS = {
    "T", "mT", "H", "mH", "shape", "dtype", "device", "layout", "ndim", "data", "grad", "grad_fn",
    "requires_grad", "is_leaf", "real", "imag", "size", "names", "itemsize", "nbytes", "_version",
}  # fmt: skip


def with_columns(statement: ast.stmt, later: list[ast.AST], fresh: Fresh) -> None:
    """Walk over the lists of what loops read of each item, in place.

    Args:
        statement: That of a loop, or of a comprehension.
        later: Code that runs next.
        fresh: Makes a name that nothing uses yet.
    """
    for node in [*ast.walk(statement)]:
        match node:
            case ast.For(target=target):
                names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                leaves = any(isinstance(n, ast.Break | ast.Return) for n in ast.walk(node))
                if not leaves and not any(is_read_first(name, later) for name in names):
                    node.target, node.iter = _header(node, target, node.iter, fresh)
            case ast.ListComp(generators=[walk]) | ast.GeneratorExp(generators=[walk]):
                if not column_key(node):
                    walk.target, walk.iter = _header(node, walk.target, walk.iter, fresh)
            case _:
                pass
    ast.fix_missing_locations(statement)


def column_key(node: ast.AST) -> str:
    """``image`` of ``[s["image"] for s in batch]``; ``""`` for anything else."""
    match node:
        case ast.ListComp(
            elt=entry,
            generators=[ast.comprehension(target=ast.Name(id=name), iter=walked, ifs=[])],
        ) if dotted(walked):
            return key_of(entry, name)
        case _:
            return ""


def _header(loop: Loop, target: ast.expr, walked: ast.expr, fresh: Fresh) -> Walk:
    """The loop's header, or a part of it, over columns; as it is where there are none."""
    match target, walked:
        case ast.Name(id=name), ast.Name() | ast.Attribute() if dotted(walked):
            entries = [n for n in _inside(loop) if isinstance(n, Entry) and key_of(n, name)]
            like = {key_of(n, name): n for n in entries}
            columns = _columns(loop, name, fresh)
            walks = [(code.name(own), column(name, like[k], walked)) for k, own in columns.items()]
            return _zipped(walks) if walks else (target, walked)
        case ast.Tuple(elts=[number, inner]), ast.Call(
            func=ast.Name(id="enumerate") as numbered, args=[items, *start], keywords=keywords
        ):
            inner, items = _header(loop, inner, items, fresh)
            made = ast.Call(numbered, [items, *start], keywords)
            return ast.Tuple([number, inner], ast.Store()), made
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=lists, keywords=[]) if (
            len(elts) == len(lists)
        ):
            pairs = zip(elts, lists, strict=True)
            return _zipped([_header(loop, one, items, fresh) for one, items in pairs])
        case _:
            return target, walked


def _zipped(walks: Sequence[Walk]) -> Walk:
    if len(walks) == 1:
        return code.stored(walks[0][0]), walks[0][1]
    targets = [code.stored(target) for target, _ in walks]
    return ast.Tuple(targets, ast.Store()), code.call("zip", *(walked for _, walked in walks))


def column(name: str, like: Entry, walked: ast.expr) -> ast.ListComp:
    """What every item of a list has under one key, or by one name."""
    entry = entry_of(code.name(name), like)
    walk = ast.comprehension(code.stored(code.name(name)), copy.deepcopy(walked), [], 0)
    return ast.ListComp(entry, [walk])


def entry_of(owner: ast.expr, like: Entry) -> Entry:
    """What another item has under the same key, or by the same name."""
    if isinstance(like, ast.Attribute):
        return ast.Attribute(owner, like.attr, ast.Load())
    return ast.Subscript(owner, like.slice, ast.Load())


def _columns(loop: Loop, name: str, fresh: Fresh) -> dict[str, str]:
    """Put names in the place of the entries that a loop reads; none where it does more."""
    keys = keys_read(_inside(loop), name)
    if not keys:
        return {}
    if isinstance(loop, ast.For):
        keys |= _aliases(loop, name)
    keys = {key: own or _own_name(key, name, fresh) for key, own in keys.items()}
    put = _PutNames(name, keys)
    if isinstance(loop, ast.For):
        loop.body = [put.visit(s) for s in loop.body]
    else:
        loop.elt = put.visit(loop.elt)
        loop.generators[0].ifs = [put.visit(test) for test in loop.generators[0].ifs]
    return keys


def _aliases(loop: ast.For, name: str) -> dict[str, str]:
    """The user's own names for entries, whose assignments go: ``img = s["image"]``."""
    found: dict[str, str] = {}
    for statement in [*loop.body]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=own)], value=entry) if key := key_of(entry, name):
                others = [s for s in loop.body if s is not statement]
                if key not in found and others and own not in assigned_names(others):
                    found[key] = own
                    loop.body = others
            case _:
                pass
    return found


def _own_name(key: str, name: str, fresh: Fresh) -> str:
    wanted = _singular(key, name)
    found = fresh(wanted)
    return found if found == wanted else fresh(f"{name}_{wanted}")


def _singular(key: str, name: str) -> str:
    """What to call an item of a key's list, so that the list is called by the key."""
    if not key.isidentifier():
        return name
    if key.endswith("boxes"):
        return key.removesuffix("es")
    plain = key.endswith("s") and len(key) > 3 and key[-2] not in "sui"
    return key.removesuffix("s") if plain else key


def _inside(loop: Loop) -> list[ast.AST]:
    """What runs in each iteration."""
    parts = loop.body if isinstance(loop, ast.For) else [loop.elt, *loop.generators[0].ifs]
    return [n for part in parts for n in ast.walk(part)]


def keys_read(nodes: Iterable[ast.AST], name: str) -> dict[str, str]:
    """The keys of what is read of an item, if nothing else is done with it."""
    nodes = [*nodes]
    called = {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    entries = [
        n for n in nodes if isinstance(n, Entry) and key_of(n, name) and id(n) not in called
    ]
    entries.sort(key=lambda n: (n.lineno, n.col_offset))
    mentions = sum(isinstance(n, ast.Name) and n.id == name for n in nodes)
    of_one_kind = len({type(entry) for entry in entries}) == 1
    return (
        {key_of(n, name): "" for n in entries} if of_one_kind and mentions == len(entries) else {}
    )


def key_of(node: ast.AST, name: str) -> str:
    """``image`` of ``s["image"]`` or ``s.image``; ``""`` for anything else."""
    match node:
        case ast.Subscript(
            value=ast.Name(id=owner), slice=ast.Constant(value=str() as key), ctx=ast.Load()
        ) if owner == name:
            return key
        case ast.Attribute(value=ast.Name(id=owner), attr=attr, ctx=ast.Load()) if (
            owner == name and attr not in OF_TENSORS
        ):
            return attr
        case _:
            return ""


class _PutNames(ast.NodeTransformer):
    """Puts a variable of its own in the place of each entry."""

    def __init__(self, name: str, own: dict[str, str]) -> None:
        self.name, self.own = name, own

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return self._put(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._put(node)

    def _put(self, node: Entry) -> ast.AST:
        key = key_of(node, self.name)
        return code.name(self.own[key]) if key else self.generic_visit(node)
