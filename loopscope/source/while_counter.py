"""``while i < n`` with ``i += 1`` in its body counts as ``for i in range``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from loopscope.source.loop import dotted
from loopscope.source.names import bound_names, names_in

_UP = (ast.Lt, ast.LtE, ast.NotEq)
_DOWN = (ast.Gt, ast.GtE)


def while_counter(node: ast.While) -> tuple[str, bool]:
    """Return the counter, and whether it goes down; ``""`` where the loop has none."""
    match node.test:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            pass
        case _:
            return "", False
    for side, other, up, down in ((left, right, _UP, _DOWN), (right, left, _DOWN, _UP)):
        name = _moved(side, node.body)
        falls = isinstance(op, down) and not isinstance(op, ast.NotEq)
        if not name or not (falls or isinstance(op, up)):
            continue
        steps = [s for s in node.body if _steps(s, name, node.body, down=falls)]
        if len(steps) == 1 and name not in names_in(other):
            return name, falls
    return "", False


def _moved(node: ast.expr, body: Sequence[ast.stmt]) -> str:
    """``k`` of ``k``, of ``k + size`` and of ``size + k``."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            stepped = {*_stepped(body)}
            found = [name for name in names_in(node) if name in stepped]
            return found[0] if len(found) == 1 and _is_term(found[0], node) else ""
        case _:
            return ""


def _is_term(name: str, node: ast.expr) -> bool:
    """Whether a sum has the name itself as one of its terms, not taken away."""
    match node:
        case ast.Name(id=other):
            return other == name
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_term(name, left) or _is_term(name, right)
        case ast.BinOp(left=left, op=ast.Sub()):
            return _is_term(name, left)
        case _:
            return False


def _stepped(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub()):
                yield name
            case _:
                pass


def _steps(statement: ast.stmt, name: str, body: Sequence[ast.stmt], *, down: bool) -> bool:
    """Whether it moves the counter, by a number that is the same in every iteration."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=target), op=op, value=by):
            moves = target == name and isinstance(op, ast.Sub if down else ast.Add)
            return moves and is_fixed_step(by, body)
        case _:
            return False


def is_fixed_step(by: ast.expr, body: Sequence[ast.stmt]) -> bool:
    """Whether it is a whole number by its form, and nothing that the body sets."""
    return _is_whole(by) and not _is_changed(by, body)


def _is_whole(by: ast.expr) -> bool:
    """Whether its form is that of a size: ``2``, ``hop``, ``self.hop``, ``size // 2``."""
    match by:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.Name() | ast.Attribute():
            return bool(dotted(by))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv(), right=r):
            return _is_whole(left) and _is_whole(r)
        case _:
            return False


def _is_changed(by: ast.expr, body: Sequence[ast.stmt]) -> bool:
    """Whether the body sets one of the names or attributes."""
    stored = {n for s in body for n in bound_names(s)}
    attributes = {
        n.attr
        for s in body
        for n in ast.walk(s)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }
    read = {n.attr for n in ast.walk(by) if isinstance(n, ast.Attribute)}
    return bool(stored & {*names_in(by)} or attributes & read)
