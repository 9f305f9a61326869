"""Lists of tensors that may hold Python's numbers another time: ``out.append(max(v, 2))``."""

from __future__ import annotations

import ast
import collections
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from loopscope.vectorize import code

_Bound: TypeAlias = Mapping[str, Sequence[ast.expr]]
_NUMBERS = ("float", "int", "len", "sum")  # the sum of nothing is a number
_ONE_OF = ("abs", "max", "min", "round")
_DEEPEST = 4  # names that stand for others


def mixed_lists(function: ast.AST) -> tuple[str, ...]:
    """Return names of lists into which a function puts numbers, or one of several things.

    What was seen of one thing says nothing of the others: of ``v if ok else amount`` either may be
    a number.
    """
    bound: dict[str, list[ast.expr]] = collections.defaultdict(list)
    filled: dict[str, list[ast.expr]] = collections.defaultdict(list)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        bound[target.id].append(value)
            case _:
                pass
        for name, item in _filled(node):
            filled[name].append(item)
    return tuple(name for name, items in filled.items() if _is_mixed(items, bound))


def _is_mixed(items: Sequence[ast.expr], bound: _Bound) -> bool:
    found = {code.text(c): c for item in items for c in _choices(item, bound, _DEEPEST)}
    return len(found) > 1 or any(_is_number(c, bound) for c in found.values())


def _choices(value: ast.expr, bound: _Bound, deep: int) -> Iterator[ast.expr]:
    """What a value may be."""
    match value:
        case ast.IfExp(body=a, orelse=b):
            parts: Sequence[ast.expr] = [a, b]
        case ast.BoolOp(values=parts):
            pass
        case ast.Call(func=ast.Name(id=name), args=parts) if name in _ONE_OF:
            pass
        case ast.Name(id=name) if bound.get(name):
            parts = bound[name]
        case _:
            parts = ()
    if not parts or not deep:
        yield value
    for part in parts if deep else ():
        yield from _choices(part, bound, deep - 1)


def _is_number(value: ast.expr, bound: _Bound) -> bool:
    match value:
        case ast.Constant(value=bool() | int() | float()):
            return True
        case ast.Name(id=name):
            return any(isinstance(b, ast.Constant) for b in bound.get(name, ()))
        case ast.BinOp(left=a, right=b):
            return _is_number(a, bound) and _is_number(b, bound)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand, bound)
        case ast.Call(func=ast.Name(id=name)):
            return name in _NUMBERS
        case ast.Call(func=ast.Attribute(attr="item")):
            return True
        case _:
            return False


def _filled(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names of lists, each with an item that a node puts into it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield from ((name, item) for item in _items(value))
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))], value=item):
            yield name, item
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
            yield from ((name, item) for item in _items(value))
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="append" | "insert"),
            args=[*_, item],
        ):
            yield name, item
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="extend"), args=[value]):
            yield from ((name, item) for item in _items(value))
        case _:
            return


def _items(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.List(elts=elts):
            yield from elts
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt):
            yield elt
        case ast.BinOp(left=left, right=right):
            yield from _items(left)
            yield from _items(right)
        case _:
            return
