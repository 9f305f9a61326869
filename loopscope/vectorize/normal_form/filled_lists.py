"""Lists that a loop fills otherwise than by ``append``, as if it appended.

``out += [v]``, and ``out = [None] * n`` with ``out[i] = v`` for each ``i`` of ``range(n)``, from
the first or from the last.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from loopscope.vectorize import code
from loopscope.vectorize.names import assigned_names, extended_by_one


def is_filled(statement: ast.stmt, name: str, places: str) -> bool:
    """Whether a loop fills each of a list's places, and does nothing else with it.

    Args:
        statement: The loop's.
        name: The list.
        places: How many it has, as text.
    """
    if not isinstance(statement, ast.For) or statement.orelse or _leaves(statement.body):
        return False
    counter, count, _ = _counted(statement)
    stores = [s for s in statement.body if _is_place(s, name, counter)]
    mentions = (n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name)
    settled = counter not in assigned_names(statement.body)
    return count == places and len(stores) == len([*mentions]) == 1 and settled


def with_appends(statement: ast.For, filled: Collection[str]) -> None:
    """Append in the place of all that lists are filled by, in place.

    Args:
        statement: The loop's.
        filled: Lists that have a place for each iteration.
    """
    _Appends(statement, filled).visit(statement)


class _Appends(ast.NodeTransformer):
    def __init__(self, loop: ast.For, filled: Collection[str]) -> None:
        self.counter, _, self.front = _counted(loop)
        self.filled = filled

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        for name in self.filled:
            if _is_place(node, name, self.counter):
                made = [code.const(0), node.value] if self.front else [node.value]
                return _call(node, name, "insert" if self.front else "append", made)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        grown = extended_by_one(node)
        return node if grown is None else _call(node, grown[0], "append", [grown[1]])


def _call(node: ast.stmt, name: str, method: str, args: list[ast.expr]) -> ast.stmt:
    made = ast.Expr(code.method(code.name(name), method, *args))
    return ast.fix_missing_locations(ast.copy_location(made, node))


def _is_place(statement: ast.stmt, name: str, counter: str) -> bool:
    match statement:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=filled), slice=ast.Name(id=place))]
        ):
            return (filled, place) == (name, counter)
        case _:
            return False


def _counted(loop: ast.For) -> tuple[str, str, bool]:
    """The counter, how many iterations there are, and whether it counts downwards."""
    match loop.target, loop.iter:
        case ast.Name(id=counter), ast.Call(func=ast.Name(id="range"), args=[size]):
            return counter, code.text(size), False
        case ast.Name(id=counter), ast.Call(
            func=ast.Name(id="reversed"),
            args=[ast.Call(func=ast.Name(id="range"), args=[size])],
        ):
            return counter, code.text(size), True
        case ast.Name(id=counter), ast.Call(
            func=ast.Name(id="range"),
            args=[
                ast.BinOp(left=size, op=ast.Sub(), right=ast.Constant(value=1)),
                ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
                ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
            ],
        ):
            return counter, code.text(size), True
        case ast.Tuple(elts=[ast.Name(id=counter), _]), ast.Call(
            func=ast.Name(id="enumerate"), args=[items], keywords=[]
        ):
            return counter, f"len({code.text(items)})", False
        case _:
            return "", "", False


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether an iteration may end early: some places would stay as they were."""
    early = (ast.Break, ast.Continue, ast.Return)
    return any(isinstance(node, early) for s in body for node in ast.walk(s))
