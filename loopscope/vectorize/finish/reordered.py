"""Dimensions are moved before they are flattened: flattening copies, moving does not."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from loopscope.source.loop import COMPREHENSIONS
from loopscope.vectorize import code
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.put_in_place import put_in_place

_MOVES = {"movedim", "transpose", "permute"}
Groups = list[list[int]]


def moved_first(node: ast.expr) -> ast.expr | None:
    """``x.permute(2, 0, 1).flatten(0, 1).movedim(0, 1)`` as ``x.permute(1, 2, 0).flatten(1)``.

    ``None`` for anything else.
    """
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args, keywords=[]) if (
            attr in _MOVES
        ):
            numbers = [code.integer(a) for a in args]
        case ast.Attribute(value=inner, attr="T"):
            attr, numbers = "transpose", [0, 1]
        case _:
            return None
    found = _flattened(inner)
    if found is None or None in numbers:
        return None
    base, groups = found
    order = _order(attr, [n for n in numbers if n is not None], len(groups))
    if order is None:
        return None
    return _written(base, [groups[k] for k in order])


def inlined_moves(groups: Sequence[list[ast.stmt]], live: Sequence[str]) -> list[list[ast.stmt]]:
    """Put what is flattened where its dimensions are moved, if nothing else reads it.

    What is moved under its own name, ``x = x.T``, is put there in any case.
    """
    every = [s for group in groups for s in group]
    for at, statement in enumerate(every[:-1]):
        used = every[at + 1]
        match statement, used:
            case ast.Assign(targets=[ast.Name(id=name)], value=value), ast.Assign(
                targets=[ast.Name(id=again)], value=moved
            ) if name == again and _moves(moved, name):
                alone = True
            case ast.Assign(targets=[ast.Name(id=name)], value=value), _ if (
                name not in live and _flattened(value) is not None
            ):
                uses = [k for k, s in enumerate(every) if name in count_uses(s)]
                alone = uses == [at + 1] and _is_set(name, every) == 1
            case _:
                continue
        if alone and _is_moved_once(used, name):
            made = every[at + 1] = put_in_place(name, value, used)
            groups = [
                [made if s is used else s for s in group if s is not statement] for group in groups
            ]
    return [list(group) for group in groups]


def _flattened(node: ast.expr) -> tuple[ast.expr, Groups] | None:
    """What is permuted and then flattened, and which of its dimensions make up each of these."""
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="permute"), args=args, keywords=[]):
            order = [n for a in args if (n := code.integer(a)) is not None and n >= 0]
            plain = len(order) == len(args) == len(set(order))
            return (base, [[n] for n in order]) if plain else None
        case ast.Call(func=ast.Attribute(value=inner, attr="flatten"), args=args, keywords=[]):
            found = _flattened(inner)
            numbers = [n for a in args if (n := code.integer(a)) is not None]
        case _:
            return None
    if found is None or len(numbers) != len(args) or not numbers:
        return None
    base, groups = found
    first, last = numbers[0] % len(groups), (numbers[1:] or [-1])[0] % len(groups)
    merged = [n for group in groups[first : last + 1] for n in group]
    return base, [*groups[:first], merged, *groups[last + 1 :]]


def _order(attr: str, numbers: list[int], count: int) -> list[int] | None:
    if not all(-count <= n < count for n in numbers):
        return None
    places = [n % count for n in numbers]
    order = list(range(count))
    if attr == "permute":
        return places if sorted(places) == order else None
    if len(places) != 2:
        return None
    source, target = places
    if attr == "transpose":
        order[source], order[target] = target, source
    else:
        order.insert(target, order.pop(source))
    return order


def _written(base: ast.expr, groups: Groups) -> ast.expr:
    order = [n for group in groups for n in group]
    made = code.permuted(base, range(len(order)), order) if len(order) > 2 else None
    if made is None:
        made = code.method(base, "permute", *(code.const(n) for n in order))
    for k, group in reversed([*enumerate(groups)]):
        if len(group) > 1:
            first = sum(map(len, groups[:k]))
            last = [] if k == len(groups) - 1 else [code.const(first + len(group) - 1)]
            made = code.method(made, "flatten", code.const(first), *last)
    return made


def _is_moved_once(statement: ast.stmt, name: str) -> bool:
    if not isinstance(statement, ast.Assign | ast.Return) or count_uses(statement)[name] != 1:
        return False
    nodes = list(ast.walk(statement))
    again = any(isinstance(n, (*COMPREHENSIONS, ast.Lambda)) for n in nodes)
    return not again and any(_moves(n, name) for n in nodes)


def _moves(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr=attr)) if attr in _MOVES:
            return base == name
        case ast.Attribute(value=ast.Name(id=base), attr="T"):
            return base == name
        case _:
            return False


def _is_set(name: str, statements: Sequence[ast.stmt]) -> int:
    names = (n for s in statements for n in ast.walk(s) if isinstance(n, ast.Name))
    return sum(n.id == name and not isinstance(n.ctx, ast.Load) for n in names)
