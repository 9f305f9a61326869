"""Entries of a dict that are made anew: ``shadow[k] = d * shadow[k] + (1 - d) * v``."""

from __future__ import annotations

import ast

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable

DICTS = ("dict", "OrderedDict", "defaultdict")
_COPIES = {"clone", "detach"}


def stored_entry(target: ast.expr, keys: dict[str, ast.comprehension]) -> ast.Subscript | None:
    """Return ``shadow[k]`` for a key of the loop; ``None`` for any other target."""
    match target:
        case ast.Subscript(value=owner, slice=ast.Name(id=key)) if key in keys and dotted(owner):
            return target
        case _:
            return None


def check_dict(owner: ast.expr, seen: Seen | None, loop: ast.For) -> None:
    """Make sure that entries are stored one by one, and no iteration reads another one's.

    Raises:
        NotLiftable: It is no dict, or read for more than the entry at hand.
    """
    if seen is None or seen.value not in DICTS:
        raise NotLiftable(f"{code.text(owner)} is no dict")
    keys = loop.target.elts[:1] if isinstance(loop.target, ast.Tuple) else [loop.target]
    apart = set(ast.walk(loop.iter))
    for node in ast.walk(loop):
        if isinstance(node, ast.Subscript) and [*map(dotted, keys)] == [dotted(node.slice)]:
            apart.add(node.value)
    for node in ast.walk(loop):
        named = isinstance(node, ast.Name | ast.Attribute) and dotted(node) == dotted(owner)
        if named and node not in apart:
            raise NotLiftable(f"{code.text(owner)} is read while the loop writes it")


def without_asserts(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out ``assert name in shadow``: to read ``shadow[name]`` fails as well."""
    reads = {code.text(n) for s in body for n in ast.walk(s) if isinstance(n, ast.Subscript)}
    found: list[ast.stmt] = []
    for statement in body:
        match statement:
            case ast.Assert(test=ast.Compare(left=key, ops=[ast.In()], comparators=[held])) if (
                f"{code.text(held)}[{code.text(key)}]" in reads
            ):
                continue
            case ast.If(test=test, body=inner, orelse=[]):
                found.append(ast.If(test=test, body=without_asserts(inner), orelse=[]))
            case _:
                found.append(statement)
    return found


def updated(owner: ast.expr, keys: ast.comprehension, entries: ast.expr) -> ast.stmt:
    """Return ``shadow.update(zip(names, torch._foreach_lerp(...)))``."""
    match keys:
        case ast.comprehension(target=ast.Name(), iter=walked):
            listed = walked
        case ast.comprehension(target=ast.Tuple(elts=[ast.Name(id=key), _])):
            listed = ast.ListComp(elt=code.name(key), generators=[keys])
        case _:
            raise NotLiftable("keys that are not understood")
    return ast.Expr(value=code.method(owner, "update", code.call("zip", listed, entries)))


def of_two_kinds(body: list[ast.stmt]) -> tuple[ast.expr, list[ast.stmt], ast.Assign] | None:
    """Read ``if v.is_floating_point(): … else: shadow[k] = v``.

    Returns:
        The test, what is done where it holds, and the one statement for the others; ``None`` for
        a body without such a test.
    """
    match body:
        case [ast.If(test=test, body=[ast.Assign() as other, ast.Continue()], orelse=[]), *rest]:
            return code.negated(test), rest, other
        case [ast.If(test=test, body=[ast.Assign() as other], orelse=[_, *_] as rest)] if not (
            _computes(other)
        ):
            return code.negated(test), rest, other
        case [ast.If(test=test, body=inner, orelse=[ast.Assign() as other])]:
            return test, inner, other
        case _:
            return None


def others_updated(
    other: ast.stmt, target: ast.expr, entries: ast.expr, test: ast.expr
) -> ast.stmt:
    """Return ``shadow.update({k: v for k, v in state.items() if not …})``.

    Raises:
        NotLiftable: It does more than keep the entry itself, or a copy of it.
    """
    match other, target:
        case (
            ast.Assign(targets=[ast.Subscript(value=owner, slice=ast.Name(id=key))], value=value),
            ast.Tuple(elts=[ast.Name(id=walked), ast.Name(id=name)]),
        ) if key == walked and dotted(owner) and not _computes(other):
            pass
        case _:
            raise NotLiftable(f"{code.text(other)} of some items only")
    if set(count_uses(value)) != {name}:
        raise NotLiftable(f"{code.text(other)} of some items only")
    walk = ast.comprehension(target=target, iter=entries, ifs=[code.negated(test)], is_async=0)
    made = ast.DictComp(key=code.name(key), value=value, generators=[walk])
    return ast.Expr(value=code.method(owner, "update", made))


def _computes(statement: ast.Assign | ast.stmt) -> bool:
    """Whether what is assigned is more than a copy of something."""
    node = statement.value if isinstance(statement, ast.Assign) else None
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in _COPIES or node.args or node.keywords:
            return True
        node = node.func.value
    return not isinstance(node, ast.Name | ast.Attribute)
