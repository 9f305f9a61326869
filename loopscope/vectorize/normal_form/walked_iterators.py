"""An iterator that a name holds, put where the loop walks it: ``pairs = zip(x, y)``.

A ``zip`` is spent once it was walked, so what is kept of one says nothing of its items; a list of
pieces, ``parts = x.split(sizes)``, says not where they are of. Where the loop alone reads the
name, the call itself can stand in its header.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from loopscope.source.loop import LOOP_NODES, Loop
from loopscope.vectorize.around.initial import read_initial
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.put_in_place import put_in_place

_ITERATORS = {"zip", "enumerate", "reversed", "iter"}
_PIECES = ("split", "chunk", "tensor_split")


def walked_in_place(loop: Loop) -> tuple[Loop, list[ast.stmt]]:
    """Return the loop with such iterators in its header, and the assignments that made them.

    It is a loop of a copy of the file's tree; where there is no such iterator it is the same one.
    """
    if next(_held(loop), None) is None:
        return loop, []
    memo: dict[int, Any] = {}
    module = copy.deepcopy(loop.module, memo)
    loop = replace(loop, module=module, node=memo[id(loop.node)], function=memo[id(loop.function)])
    spent: list[ast.stmt] = []
    while (found := next(_held(loop), None)) is not None:
        name, assignment = found
        header = _header(loop)
        header.iter = put_in_place(name, assignment.value, header.iter)
        if not loop.function or name not in count_uses(loop.function):
            spent.append(assignment)
    return loop, spent


def _header(loop: Loop) -> ast.For | ast.comprehension | ast.AsyncFor:
    """What holds the expression that the loop walks."""
    if isinstance(loop.node, ast.While):
        raise TypeError("a while walks nothing")
    return loop.node if isinstance(loop.node, ast.For | ast.AsyncFor) else loop.node.generators[0]


def _held(loop: Loop) -> Iterator[tuple[str, ast.Assign]]:
    """Yield names that hold an iterator until the loop walks it, with their assignments."""
    if loop.function is None or isinstance(loop.node, ast.While):
        return
    walked = count_uses(_header(loop).iter)
    read = count_uses(loop.function)
    names = [n for n in ast.walk(loop.function) if isinstance(n, ast.Name)]
    for statement in _right_before(loop) if walked else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)) if (
                name in walked and sum(n.id == name for n in names) == read[name] + 1
            ):
                if _gives_pieces(function) or (_is_iterator(function) and read[name] == 1):
                    yield name, statement
            case _:
                pass


def _is_iterator(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in _ITERATORS


def _gives_pieces(function: ast.expr) -> bool:
    """Whether a call of it gives views of a tensor, which may be read more than once."""
    return isinstance(function, ast.Attribute) and function.attr in _PIECES


def _right_before(loop: Loop) -> Iterator[ast.stmt]:
    """Yield statements of the loop's block, the last first, that may as well be run at the loop.

    Between such a statement and the loop there are but initialisations, of what it does not read.
    """
    parents = {c: n for n in ast.walk(loop.module) for c in ast.iter_child_nodes(n)}
    node: ast.AST = loop.node
    while not isinstance(node, ast.stmt):
        node = parents[node]
        if isinstance(node, (*LOOP_NODES, ast.Lambda)):
            return  # it is walked in an iteration of another one
    made: set[str] = set()
    for statement in reversed(_before(parents[node], node)):
        if made.isdisjoint(count_uses(statement)):
            yield statement
        if not _only_makes(statement):
            return
        made |= {*assigned_names([statement])}


def _before(around: ast.AST, statement: ast.stmt) -> list[ast.stmt]:
    """Statements before one in the block that it stands in."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(around, name, None)
        if isinstance(block, list) and statement in block:
            return block[: block.index(statement)]
    return []


def _only_makes(statement: ast.stmt) -> bool:
    """Whether it makes something new, and changes nothing."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id=function))):
            return function in {*_ITERATORS, "len"}
        case _:
            return read_initial(statement) is not None
