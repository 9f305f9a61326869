"""Counters that the body moves itself."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from loopscope.source.loop import Loop
from loopscope.source.names import bound_names


def stepped_counters(loop: Loop) -> frozenset[str]:
    """Return names that each iteration moves: ``k`` of ``k += 1``, under no test.

    It moves by a literal or, where it picks items, by what none of them sets: ``k += n``. A name
    that is set to anything but a literal or a size besides is none, nor is one that is set under
    a test: it starts anew where the data says so.
    """
    body = getattr(loop.node, "body", [])
    picking, fixed = set(_picking(loop.node)), bound_names(loop.node)
    steps = Counter(
        step.target.id
        for step in _steps(body)
        if isinstance(step.target, ast.Name) and _is_even(step, picking, fixed)
    )
    others = {*_other_values(loop.node, picking, fixed), *_restarted(body)}
    return frozenset(name for name, times in steps.items() if times == 1 and name not in others)


def _steps(body: object) -> Iterator[ast.AugAssign]:
    for statement in body if isinstance(body, list) else ():
        match statement:
            case ast.AugAssign(target=ast.Name(), op=ast.Add() | ast.Sub()):
                yield statement
            case ast.For(body=inner) | ast.While(body=inner):
                yield from _steps(inner)


def _is_even(step: ast.AugAssign, picking: set[str], set_inside: set[str]) -> bool:
    """Whether every iteration moves the name by the same whole number."""
    match step:
        case ast.AugAssign(value=ast.Constant(value=int())):
            return True
        case ast.AugAssign(target=ast.Name(id=name), value=ast.Name(id=by)):
            return name in picking and by not in set_inside
        case _:
            return False


def _picking(node: ast.AST) -> Iterator[str]:
    """Names in subscripts and in the bounds of ``range``."""
    for found in ast.walk(node):
        match found:
            case ast.Subscript(slice=index):
                places = [index]
            case ast.Call(func=ast.Name(id="range"), args=args):
                places = args
            case _:
                continue
        yield from (n.id for place in places for n in ast.walk(place) if isinstance(n, ast.Name))


def _restarted(body: object) -> Iterator[str]:
    for statement in body if isinstance(body, list) else ():
        match statement:
            case ast.If():
                yield from _set(statement)
            case ast.For(body=inner) | ast.While(body=inner):
                yield from _restarted(inner)


def _other_values(node: ast.AST, picking: set[str], set_inside: set[str]) -> Iterator[str]:
    for found in ast.walk(node):
        match found:
            case ast.Assign(value=value) if not is_size(value):
                yield from _set(found)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                even = isinstance(value, ast.Constant) or _is_even(found, picking, set_inside)
                if not even:
                    yield name


def is_size(node: ast.expr) -> bool:
    """Whether it is plain to see that a number is no item: ``x.shape[1] - 1``, ``len(x)``, 0."""
    match node:
        case ast.Constant() | ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name() | ast.Attribute()]):
            return True
        case ast.Call(func=ast.Attribute(attr="size"), args=[ast.Constant()]):
            return True
        case ast.UnaryOp(operand=operand):
            return is_size(operand)
        case ast.BinOp(left=left, right=right):
            return is_size(left) and is_size(right)
        case _:
            return False


def _set(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Assign):
            yield from (name for target in found.targets for name in bound_names(target))
