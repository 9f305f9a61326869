"""Names that statements read, set and append to."""

from __future__ import annotations

import ast
import keyword

from loopscope.source.loop import dotted
from loopscope.vectorize.in_place import IN_PLACE, is_in_place


def count_uses(tree: ast.AST) -> dict[str, int]:
    """How often each name is read."""
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            counts[node.id] = counts.get(node.id, 0) + 1
    return counts


def read_back(tree: ast.AST) -> frozenset[str]:
    """Names of what a statement stores elements to, and one after it reads elements of."""
    found: set[str] = set()
    for node in ast.walk(tree):
        stored: set[str] = set()
        for statement in getattr(node, "body", ()) if isinstance(node, ast.For) else ():
            found |= stored & (_subscripted(statement, ast.Load) | _updated(statement))
            stored |= _subscripted(statement, ast.Store)
    return frozenset(found)


def _updated(statement: ast.AST) -> set[str]:
    """``out`` of ``out[i] *= 2``."""
    targets = [n.target for n in ast.walk(statement) if isinstance(n, ast.AugAssign)]
    return {n for t in targets for n in _subscripted(t, ast.Store)}


def _subscripted(statement: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {
        dotted(n.value)
        for n in ast.walk(statement)
        if isinstance(n, ast.Subscript) and isinstance(n.ctx, context)
    }


def assigned_names(body: list[ast.stmt]) -> list[str]:
    """Names and dotted attributes that statements assign, in order."""
    found: dict[str, None] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                found[dotted(node)] = None
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                    attr in IN_PLACE
                ):
                    found[name] = None
                case _:
                    pass
    return [name for name in found if name]


def is_updated_in_place(name: str, tree: ast.AST) -> bool:
    """Whether ``total += v`` or ``total.add_(v)`` is all that sets a name."""
    changed = {id(n.target) for n in ast.walk(tree) if isinstance(n, ast.AugAssign)}
    found = (n for n in ast.walk(tree) if isinstance(n, ast.Name | ast.Attribute))
    stored = (n for n in found if isinstance(n.ctx, ast.Store) and dotted(n) == name)
    return all(id(n) in changed for n in stored)


def names_changed_in_place(tree: ast.AST) -> set[str]:
    """Names that ``x += v`` or ``x.abs_()`` change, and nothing binds to anything else."""
    changed: set[str] = set()
    updated: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(target=ast.Name(id=name) as target):
                changed.add(name)
                updated.add(id(target))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if is_in_place(
                attr
            ):
                changed.add(name)
            case _:
                pass
    names = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    stores = (n for n in names if isinstance(n.ctx, ast.Store))
    return changed - {n.id for n in stores if id(n) not in updated}


def appended_names(body: list[ast.stmt]) -> list[str]:
    """Names that statements append to."""
    found: dict[str, None] = {}
    for node in (n for statement in body for n in ast.walk(statement)):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="append" | "insert")):
                found[dotted(owner)] = None
            case ast.AugAssign() if (grown := extended_by_one(node)) is not None:
                found[grown[0]] = None
            case _:
                pass
    return list(found)


def extended_by_one(node: ast.AugAssign) -> tuple[str, ast.expr] | None:
    """Return the list and the item of ``out += [v]``."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.List(elts=[item])):
            return None if isinstance(item, ast.Starred) else (name, item)
        case _:
            return None


def fresh_name(taken: set[str], wanted: str) -> str:
    """Return a name that is not taken yet, like the one wanted; then it is."""
    name, k = wanted, 1
    while name in taken or keyword.iskeyword(name):
        k += 1
        name = f"{wanted}_{k}"
    taken.add(name)
    return name


def value_before(name: str) -> str:
    """Return the name of what a variable was before its update."""
    return f"{name} before update"


def value_after(name: str) -> str:
    """Return the name of what a variable is after its update."""
    return f"{name} after update"
