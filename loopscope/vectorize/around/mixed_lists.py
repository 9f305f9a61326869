"""Lists of tensors that hold Python's numbers another time: ``out.append(max(v, 2))``."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

_NUMBERS = ("float", "int", "len", "sum")  # the sum of nothing is a number
_ONE_OF = ("abs", "max", "min", "round")


def mixed_lists(function: ast.AST) -> tuple[str, ...]:
    """Return names of lists into which a function puts what may be a number, by the values."""
    nodes = list(ast.walk(function))
    constants = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and _may_be_number(node.value, ())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    filled = (pair for node in nodes for pair in _filled(node))
    return tuple(dict.fromkeys(name for name, item in filled if _may_be_number(item, constants)))


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


def _may_be_number(value: ast.expr, constants: Collection[str]) -> bool:
    match value:
        case ast.Constant(value=bool() | int() | float()):
            return True
        case ast.Name(id=name):
            return name in constants
        case ast.IfExp(body=a, orelse=b):
            return _may_be_number(a, constants) or _may_be_number(b, constants)
        case ast.BoolOp(values=values):
            return any(_may_be_number(v, constants) for v in values)
        case ast.BinOp(left=a, right=b):
            return _may_be_number(a, constants) and _may_be_number(b, constants)
        case ast.UnaryOp(operand=operand):
            return _may_be_number(operand, constants)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _ONE_OF:
            return any(_may_be_number(a, constants) for a in args)
        case ast.Call(func=ast.Name(id=name)):
            return name in _NUMBERS
        case ast.Call(func=ast.Attribute(attr="item")):
            return True
        case _:
            return False
