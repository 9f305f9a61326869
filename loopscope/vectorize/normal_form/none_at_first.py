"""``prev = None`` before a loop that ends each iteration with ``prev = v``: the item before.

``if prev is not None:`` is a test of the iteration's number. Where everything stands under it, the
loop begins with the second item.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.around.region import Region, later_code, stored_names
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place

_LEAVES = (ast.Continue, ast.Break, ast.Return)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A header by numbers.

    Attributes:
        number: The counter.
        first: Where it begins.
        stop: Where it ends.
        items: What the header's other names are in an iteration, by its number.
    """

    number: ast.expr
    first: int
    stop: ast.expr
    items: dict[str, ast.expr]


def with_items_before(
    node: ast.For, region: Region, fresh: Callable[[str], str]
) -> tuple[str, tuple[str, ...]]:
    """Read such an item by the number of the iteration before, in place.

    Args:
        node: The loop.
        region: What stands around it.
        fresh: Makes a name that nothing uses yet.

    Returns:
        The variable, or ``""``; what has to hold for the loop to be the same.
    """
    later = [*region.statements[1:], *later_code(region)]
    for at, statement in enumerate(node.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case _:
                continue
        begun = region.initial.get(name)
        others = [*node.body[:at], *node.body[at + 1 :]]
        if begun is None or not begun.is_none or is_read_first(name, later):
            continue
        if not _lags(name, value, node.body[:at], node.body[at + 1 :]):
            continue
        walk = _walk(node, fresh)
        if walk is None:
            continue
        item = _item(value, node.body[:at], walk, {*assigned_names([node])})
        if item is None:
            continue
        totals = any(
            made is not None and made.scalar
            for made in map(region.initial.get, assigned_names(others))
        )
        second = _read_by_number(node, name, others, walk, item)
        ast.fix_missing_locations(node)
        # Of one item a total stays the number that it was.
        return name, (f"{code.text(walk.stop)} > {second}",) if second and totals else ()
    return "", ()


def _lags(
    name: str, value: ast.expr, before: Sequence[ast.stmt], after: Sequence[ast.stmt]
) -> bool:
    """Whether each iteration sets the variable, to what does not follow from it, and once."""
    others = [*before, *after]
    if any(isinstance(n, _LEAVES) for s in others for n in ast.walk(s)):
        return False
    if name in count_uses(value) or any(name in count_uses(s) for s in after):
        return False
    return name not in assigned_names(others)


def _walk(node: ast.For, fresh: Callable[[str], str]) -> _Walk | None:
    match node.target, node.iter:
        case ast.Name(id=number), ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
            return _Walk(code.name(number), 0, stop, {})
        case ast.Name(id=number), ast.Call(
            func=ast.Name(id="range"), args=[ast.Constant(value=int(first)), stop], keywords=[]
        ):
            return _Walk(code.name(number), first, stop, {})
        case ast.Tuple(elts=[ast.Name(id=number), target]), ast.Call(
            func=ast.Name(id="enumerate"), args=[walked], keywords=[]
        ):
            return _of_items(code.name(number), target, walked)
        case target, walked:
            return _of_items(code.name(fresh("i")), target, walked)


def _of_items(number: ast.expr, target: ast.expr, walked: ast.expr) -> _Walk | None:
    match target, walked:
        case ast.Name(id=name), ast.Name() | ast.Attribute() if dotted(walked):
            items = {name: code.subscript(walked, [number])}
            return _Walk(number, 0, code.call("len", walked), items)
        case _:
            return None


def _item(
    value: ast.expr, before: Sequence[ast.stmt], walk: _Walk, changing: set[str]
) -> ast.expr | None:
    """What the variable was set to in the iteration before, by the counter."""
    for statement in reversed(before):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=made) if name in count_uses(value):
                value = put_in_place(name, made, value)
            case _ if {*assigned_names([statement]), *stored_names([statement])} & {
                *count_uses(value)
            }:
                return None  # it changes what the value is made of
            case _:
                pass
    for name, item in walk.items.items():
        value = put_in_place(name, item, value)
    number = code.text(walk.number)
    read = {*count_uses(value)} - {number}
    if read & changing or number not in count_uses(value):
        return None
    return put_in_place(number, code.binary(walk.number, ast.Sub(), code.const(1)), value)


def _read_by_number(
    node: ast.For, name: str, others: list[ast.stmt], walk: _Walk, item: ast.expr
) -> int:
    """Put what was read in its place; return the second number where the loop begins with it."""
    rest = _under_test(name, others)
    second = 0 if rest is None else walk.first + 1
    statements = others if rest is None else rest
    begins = [code.const(n) for n in (second or walk.first,) if n]
    taken = [code.assignment(known, at) for known, at in walk.items.items()]
    node.target = ast.Name(code.text(walk.number), ast.Store())
    node.iter = code.call("range", *begins, walk.stop)
    tests = _Tests(name, walk)
    node.body = [*taken, *(put_in_place(name, item, tests.visit(s)) for s in statements)]
    return second


def _under_test(name: str, others: list[ast.stmt]) -> list[ast.stmt] | None:
    """The statements without the test, where all that counts stands under it."""
    tested = [k for k, s in enumerate(others) if isinstance(s, ast.If)]
    if len(tested) != 1:
        return None
    at = tested[0]
    node = others[at]
    plain = all(
        isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
        for s in [*others[:at], *others[at + 1 :]]
    )
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id=tested_name), ops=[ast.IsNot()]), orelse=[]):
            if plain and tested_name == name:
                return [*others[:at], *node.body, *others[at + 1 :]]
    return None


class _Tests(ast.NodeTransformer):
    """Tests of the variable, as tests of the iteration's number."""

    def __init__(self, name: str, walk: _Walk) -> None:
        self._name, self._walk = name, walk

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        match node:
            case ast.Compare(
                left=ast.Name(id=name),
                ops=[ast.Is() | ast.IsNot() as op],
                comparators=[ast.Constant(value=None)],
            ) if name == self._name:
                own: ast.cmpop = ast.Eq() if isinstance(op, ast.Is) else ast.Gt()
                return ast.Compare(self._walk.number, [own], [code.const(self._walk.first)])
            case _:
                return node
