"""Bits that a loop sets one by one: before ``code |= 1 << k`` for each ``k``, ``code += 1 << k``.

No two iterations set the same bit, and none is set before the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.region import Region
from loopscope.vectorize.names import assigned_names, count_uses

_CASTS = {"int", "long"}
_MOST_BITS = 62


def with_sums_of_bits(statement: ast.For, region: Region) -> tuple[str, ...]:
    """Write such updates as sums, in place; return what must hold for them to be the same.

    Args:
        statement: The loop's.
        region: What stands around it.
    """
    begun = {n for n, made in region.initial.items() if code.integer(made.code) == 0}
    assumed: list[str] = []
    for loop, zeros in _loops(statement, begun):
        counter, few = _counter(loop), _are_few(statement, loop)
        for node in ast.walk(loop) if few is not None else ():
            match node:
                case ast.AugAssign(target=ast.Name(id=name), op=ast.BitOr(), value=bit) if (
                    name in zeros and _is_bit(bit, counter) and _mentions(loop, name) == 1
                ):
                    node.op = ast.Add()
                    assumed += [few] if few else []
                case _:
                    pass
    return tuple(assumed)


def _are_few(outermost: ast.For, loop: ast.For) -> str | None:
    """What must hold for a tensor to have as many bits: Python's numbers have any number.

    ``""`` where it does, ``None`` where that cannot be told at the outermost loop's entry.
    """
    match loop.iter:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as number)]):
            return "" if number <= _MOST_BITS else None
        case ast.Call(func=ast.Name(id="range"), args=[count]):
            pass
        case ast.Call(func=ast.Name(id="enumerate"), args=[walked]):
            count = code.call("len", walked)
        case _:
            return None
    few = f"{code.text(count)} <= {_MOST_BITS}"
    read = {*count_uses(count)}
    if not read & {*assigned_names([outermost])}:
        return few
    if loop is outermost or read & {*assigned_names(outermost.body)}:
        return None
    return f"all({few} for {code.text(outermost.target)} in {code.text(outermost.iter)})"


def _loops(statement: ast.stmt, zeros: set[str]) -> Iterator[tuple[ast.For, set[str]]]:
    """The loops in a statement, and the names that are 0 where they begin."""
    if isinstance(statement, ast.For):
        yield statement, zeros
    for block in (getattr(statement, "body", ()), getattr(statement, "orelse", ())):
        known: set[str] = set()
        for inner in block:
            yield from _loops(inner, known)
            known -= {*assigned_names([inner])}
            match inner:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    code.integer(value) == 0
                ):
                    known.add(name)
                case _:
                    pass


def _counter(loop: ast.For) -> str:
    """What counts the iterations; ``""`` where nothing does, or the loop sets it."""
    match loop.target, loop.iter:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range")):
            pass
        case (
            ast.Tuple(elts=[ast.Name(id=name), _]),
            ast.Call(func=ast.Name(id="enumerate"), args=[_], keywords=[]),
        ):
            pass
        case _:
            return ""
    return "" if name in assigned_names(loop.body) else name


def _is_bit(node: ast.expr, counter: str) -> bool:
    """Whether an expression is a bit at the counter's place, set or not."""
    match node:
        case ast.BinOp(left=bit, op=ast.LShift(), right=ast.Name(id=name)) if name == counter:
            return _is_one_or_none(bit)
        case _:
            return False


def _is_one_or_none(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=1) | ast.Compare():
            return True
        case ast.Call(func=ast.Name(id="int"), args=[inner]):
            return _is_one_or_none(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[]) if attr in _CASTS:
            return _is_one_or_none(inner)
        case _:
            return False


def _mentions(loop: ast.For, name: str) -> int:
    return sum(isinstance(n, ast.Name) and dotted(n) == name for n in ast.walk(loop))
