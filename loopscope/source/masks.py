"""Comparisons of a whole tensor with one item of the loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from loopscope.source.names import names_in
from loopscope.source.scope import Scope

_ONE_VALUE = {"item", "bool", "tolist"}


def find_masks(expressions: Iterable[ast.expr], scope: Scope) -> Iterator[str]:
    """Yield the tensor of every such comparison, as written: ``owner`` of ``owner == k``.

    Shapes are not known here. A comparison that is stored or tested as it is may be one of two
    numbers; one that picks, is reduced or is combined is taken for a mask.
    """
    for expression in expressions:
        for node in ast.walk(expression):
            for child in ast.iter_child_nodes(node):
                if _uses_as_mask(node, child):
                    yield from _tensor(child, scope)


def _uses_as_mask(node: ast.AST, child: ast.AST) -> bool:
    match node:
        case ast.Subscript(slice=index):
            return child is index
        case ast.Attribute(attr=attr):
            return attr not in _ONE_VALUE
        case ast.Call(func=ast.Name(id=name)):
            return name not in _ONE_VALUE
        case ast.Call() | ast.BinOp() | ast.Tuple():
            return True
        case ast.UnaryOp(op=op):
            return isinstance(op, ast.Invert)
        case _:
            return False


def _tensor(node: ast.AST, scope: Scope) -> Iterator[str]:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            for item, tensor in ((left, right), (right, left)):
                if isinstance(tensor, ast.Constant) or not scope.counts(item):
                    continue
                # A row of labels is compared with a number; two items may be two numbers.
                is_number = isinstance(item, ast.Name) and item.id not in names_in(tensor)
                is_row = is_number and isinstance(tensor, ast.Subscript)
                if scope.is_constant(tensor) or is_row:
                    yield ast.unparse(tensor)
