"""A result that needs too much memory at once, made of some of the items at a time.

``torch.cat([((part[:, None] - y) ** 2).sum(dim=2) for part in x.split(256)])``.
"""

from __future__ import annotations

import ast
from typing import cast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable

Groups = list[list[ast.stmt]]


def in_chunks(made: Groups, loop: ast.For, size: int, part: str) -> Groups:
    """Return the rewrite of a loop with what the loop walks cut into chunks.

    Args:
        made: The rewrite, in groups: one for each of the user's statements.
        loop: The user's loop.
        size: How many items a chunk has.
        part: What to call a chunk.

    Raises:
        NotLiftable: It is not one result, each row of which is made of one item.
    """
    walked = _walked(loop)
    statements = [s for group in made for s in group]
    reading = [s for s in statements if walked in count_uses(s)]
    match reading:
        case [ast.Assign(targets=[ast.Name(id=name)], value=value) as statement]:
            pass
        case _:
            raise NotLiftable(f"{walked} is read by several statements")
    chunk = _Chunk(walked, part, beside=_is_read_whole(walked, loop))
    each = cast("ast.expr", chunk.visit(value))
    if not chunk.found or "arange" in code.text(each):
        raise NotLiftable(f"{walked} is not read item by item")
    walk = ast.comprehension(
        target=ast.Name(id=part, ctx=ast.Store()),
        iter=code.method(code.attribute(walked), "split", code.const(size)),
        ifs=[],
        is_async=0,
    )
    whole = code.call("torch.cat", ast.ListComp(elt=each, generators=[walk]))
    new = code.assignment(name, whole)
    return [[new if s is statement else s for s in group] for group in made]


def _walked(loop: ast.For) -> str:
    """The one tensor that a loop goes over: ``x`` of ``enumerate(x)`` and ``range(len(x))``."""
    names = [dotted(n) for n in ast.walk(loop.iter) if isinstance(n, ast.Name | ast.Attribute)]
    called = {dotted(n.func) for n in ast.walk(loop.iter) if isinstance(n, ast.Call)}
    found = {n.removesuffix(".shape") for n in names if n and n not in called}
    if len(found) != 1:
        raise NotLiftable("a loop over several tensors needs too much memory at once")
    return found.pop()


def _is_read_whole(walked: str, loop: ast.For) -> bool:
    """Whether an iteration reads other items of it than its own."""
    counters = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    nodes = [n for s in loop.body for n in ast.walk(s)]
    own = {
        id(n.value)
        for n in nodes
        if isinstance(n, ast.Subscript) and code.text(_first(n)) in counters
    }
    return any(
        dotted(n) == walked and id(n) not in own
        for n in nodes
        if isinstance(n, ast.Name | ast.Attribute)
    )


def _first(node: ast.Subscript) -> ast.expr:
    return node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice


class _Chunk(ast.NodeTransformer):
    """Puts the chunk where the items stand: ``beside`` others, that is ``x[:, None]`` alone."""

    def __init__(self, walked: str, part: str, *, beside: bool) -> None:
        self.walked, self.part, self.beside = walked, part, beside
        self.found = False

    def visit(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.Subscript(
                value=value,
                slice=ast.Tuple(elts=[ast.Slice() as whole, ast.Constant(value=None), *_]),
            ) if dotted(value) == self.walked and code.is_full(whole):
                node.value = self._chunk()
                return node
            case ast.Name() | ast.Attribute() if dotted(node) == self.walked and not self.beside:
                return self._chunk()
            case _:
                return self.generic_visit(node)

    def _chunk(self) -> ast.expr:
        self.found = True
        return code.name(self.part)
