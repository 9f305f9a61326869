"""Loops over the second dimension: work on ``x.transpose(0, 1)`` is done on ``x``.

Lifting puts a loop's dimension first. Where tensors have it second, ``(x.transpose(0, 1) -
y.transpose(0, 1)).sum(dim=2).T`` is ``(x - y).sum(dim=2)``, and so it is with names in between.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar, cast

from loopscope.vectorize import code
from loopscope.vectorize.finish.ranks import (
    ALONG,
    OF_ELEMENTS,
    REDUCTIONS,
    dim_of,
    equation_of,
    operand_of,
    rank_of,
)
from loopscope.vectorize.names import count_uses

Node = TypeVar("Node", bound=ast.AST)


def without_turning(
    groups: Sequence[list[ast.stmt]], live: Collection[str], ranks: Mapping[str, int]
) -> list[list[ast.stmt]]:
    """Return the statements with tensors as they lie in memory, if that takes fewer moves.

    Args:
        groups: Statements of the rewrite.
        live: Names that are read later: what they hold stays as it is.
        ranks: Numbers of dimensions of what is there before.
    """
    every = [statement for group in groups for statement in group]
    if not _moves(every):
        return list(groups)
    turning = _Turning(ranks, _plainly_set(every) - set(live))
    turned = [[turning.statement(statement) for statement in group] for group in groups]
    better = _moves([s for group in turned for s in group]) < _moves(every)
    return turned if better else list(groups)


def _plainly_set(statements: Sequence[ast.stmt]) -> set[str]:
    """Names that are set by themselves, and whose tensors are never changed."""
    names = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.Name)]
    stores = Counter(n.id for n in names if isinstance(n.ctx, ast.Store))
    alone = Counter(
        s.targets[0].id
        for s in statements
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
    )
    changed = {
        node.func.value.id
        for s in statements
        for node in ast.walk(s)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.endswith("_")
        and isinstance(node.func.value, ast.Name)
    }
    changed |= {
        n.id
        for s in statements
        for t in ast.walk(s)
        if isinstance(t, ast.Subscript | ast.Attribute) and isinstance(t.ctx, ast.Store)
        for n in ast.walk(t.value)
        if isinstance(n, ast.Name)
    }
    return {name for name, count in alone.items() if stores[name] == count} - changed


def _moves(statements: Sequence[ast.stmt]) -> int:
    """How often dimensions are exchanged or moved."""
    nodes = [n for s in statements for n in ast.walk(s)]
    return sum(
        isinstance(n, ast.Attribute) and n.attr in ("T", "transpose", "movedim", "swapaxes")
        for n in nodes
    )


def _exchanged(node: ast.expr) -> ast.expr | None:
    """``x`` of ``x.transpose(0, 1)``, of ``x.movedim(0, 1)`` and of ``x.T``."""
    match node:
        case ast.Attribute(value=value, attr="T"):
            return value
        case ast.Call(
            func=ast.Attribute(value=value, attr="transpose" | "movedim" | "swapaxes"),
            args=[one, other],
            keywords=[],
        ) if {code.integer(one), code.integer(other)} == {0, 1}:
            return value
        case _:
            return None


class _Turning(ast.NodeTransformer):
    """Rewrites statements in order; some names then hold their values turned."""

    def __init__(self, ranks: Mapping[str, int], free: Collection[str]) -> None:
        self.ranks, self.free = dict(ranks), free
        self.turned: set[str] = set()

    def statement(self, node: ast.stmt) -> ast.stmt:
        """Return the statement as it is to be; what it sets is known from here on."""
        made: ast.stmt | None = None
        rank: int | None = None
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                rank = rank_of(value, self.ranks)
                other = self.other(value) if name in self.free else None
                made = None if other is None else code.assignment(name, other)
            case _:
                pass
        plain = made is None
        made = made or cast("ast.stmt", self.visit(_copied(node)))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self.turned.discard(inner.id)
                self.ranks.pop(inner.id, None)
                if rank is not None:
                    self.ranks[inner.id] = rank
                if not plain:
                    self.turned.add(inner.id)
        return made

    def other(self, node: ast.expr) -> ast.expr | None:
        """Return the code whose first two dimensions are those of ``node`` exchanged."""
        rank = rank_of(node, self.ranks)
        if rank is None or rank < 2:
            return None
        plain = _exchanged(node)
        if plain is not None and (rank == 2 or not isinstance(node, ast.Attribute)):
            return cast("ast.expr", self.visit(_copied(plain)))
        match node:
            case ast.Name(id=name):
                return code.name(name) if name in self.turned else None
            case ast.UnaryOp(op=op, operand=operand):
                inner = self.other(operand)
                return None if inner is None else ast.UnaryOp(op, inner)
            case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.MatMult):
                sides = self._sides([left, right], rank)
                return None if sides is None else code.binary(sides[0], op, sides[1])
            case ast.BinOp(left=left, op=ast.MatMult() as op, right=right) if rank > 2:
                rows = self.other(left) if rank_of(right, self.ranks) == 2 else None
                return None if rows is None else code.binary(rows, op, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                sides = self._sides([left, right], rank)
                return None if sides is None else ast.Compare(sides[0], [op], [sides[1]])
            case ast.Call():
                return self._other_call(node)
            case _:
                return None

    def _sides(self, nodes: Sequence[ast.expr], rank: int) -> list[ast.expr] | None:
        """Operands that are broadcast against each other, exchanged; one of them at least is."""
        found = [self._side(node, rank) for node in nodes]
        moved = any(self.other(node) is not None for node in nodes)
        return None if None in found or not moved else [f for f in found if f is not None]

    def _side(self, node: ast.expr, rank: int) -> ast.expr | None:
        own = rank_of(node, self.ranks)
        if own is None or (count_uses(node).keys() & self.turned and own < rank):
            return None
        if own == rank:
            return self.other(node) or _column(node)
        if own < rank - 1 or not own:
            return node
        return code.subscript(node, [code.FULL, code.NONE])

    def _einsum(self, node: ast.Call, *, other: bool = False) -> ast.Call | None:
        """The same sum of products of operands as they lie, its result exchanged if asked for."""
        equation = equation_of(node)
        if equation is None:
            return None
        terms, result = equation
        operands = [(t, x, self.other(x)) for t, x in zip(terms, node.args[1:], strict=True)]
        if not other and all(plain is None for _, _, plain in operands):
            return None
        inputs = [t if plain is None else _swapped_letters(t) for t, _, plain in operands]
        whole = f"{','.join(inputs)}->{_swapped_letters(result) if other else result}"
        return code.call(
            node.func,
            code.const(whole),
            *(self.visit(_copied(x)) if plain is None else plain for _, x, plain in operands),
        )

    def _other_call(self, node: ast.Call) -> ast.expr | None:
        summed = self._einsum(node, other=True)
        if summed is not None:
            return summed
        found = operand_of(node)
        if found is None:
            return None
        operand, attr, rest = found
        inner = self.other(operand)
        others = [*rest, *(k.value for k in node.keywords if k.arg != "keepdim")]
        if inner is None or any(rank_of(a, self.ranks) != 0 for a in others):
            return None
        rank = rank_of(operand, self.ranks) or 0
        position = len(node.args) - len(rest)
        if attr in OF_ELEMENTS:
            return _with_operand(node, inner, position=position)
        dim = dim_of(node, position)
        if attr == "unsqueeze":
            return _with_operand(node, inner, dim, position) if dim and dim > 1 else None
        if dim is None or not -rank <= dim < rank:
            return None
        along = 1 - dim % rank if dim % rank < 2 else None  # any other stays as it is named
        if attr in ALONG:
            return _with_operand(node, inner, along, position)
        kept = any(k.arg == "keepdim" for k in node.keywords)
        if attr in REDUCTIONS and (kept or along is None):
            return _with_operand(node, inner, along, position)
        return None

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 (as the visitor has it)
        """Take out exchanges where that is all that is to be done."""
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            inner = _exchanged(node)
            if inner is not None and (plain := self.other(inner)) is not None:
                return plain
            for made in (self._moved(node), self._reduced(node)):
                if made is not None:
                    return made
            summed = self._einsum(node) if isinstance(node, ast.Call) else None
            if summed is not None:
                return summed
            if isinstance(node, ast.Name) and node.id in self.turned:
                return _exchange(node, self.ranks[node.id])
        return super().visit(node)

    def _moved(self, node: ast.expr) -> ast.expr | None:
        """``x.transpose(0, 1).movedim(0, -1)`` as ``x.movedim(1, -1)``."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=value, attr="movedim"), args=[first, to], keywords=[]
            ) if code.integer(first) == 0:
                inner, rank = self.other(value), rank_of(value, self.ranks)
            case _:
                return None
        if inner is None or rank is None:
            return None
        neighbours = rank == 3 and code.integer(to) in (-1, 2)
        attr, dims = ("transpose", (1, 2)) if neighbours else ("movedim", (1, code.integer(to)))
        return code.method(inner, attr, *(code.const(dim) for dim in dims))

    def _reduced(self, node: ast.expr) -> ast.expr | None:
        """``x.transpose(0, 1).sum(dim=0)`` as ``x.sum(dim=1)``."""
        found = operand_of(node) if isinstance(node, ast.Call) else None
        if found is None or not isinstance(node, ast.Call):
            return None
        operand, attr, rest = found
        position = len(node.args) - len(rest)
        rank, dim = rank_of(operand, self.ranks), dim_of(node, position)
        kept = any(k.arg == "keepdim" for k in node.keywords)
        reduces = attr in REDUCTIONS or attr in _WITH_PLACE
        if not reduces or kept or rank is None or dim is None or dim % rank > 1:
            return None
        inner = self.other(operand)
        return None if inner is None else _with_operand(node, inner, 1 - dim % rank, position)


def _column(node: ast.expr) -> ast.expr | None:
    """``w`` for ``w[:, None]``: a number for each row is one for each column."""
    match node:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, second, *rest])) if (
            code.is_full(first) and isinstance(second, ast.Constant) and second.value is None
        ):
            return code.subscript(value, [code.FULL, *rest]) if rest else value
        case _:
            return None


def _swapped_letters(term: str) -> str:
    return term[1] + term[0] + term[2:]


def _with_operand(
    node: ast.Call, operand: ast.expr, dim: int | None = None, position: int = 0
) -> ast.Call:
    """The same call of another operand, along another dimension."""
    made = _copied(node)
    assert isinstance(made.func, ast.Attribute)
    if position:
        made.args[0] = operand
    else:
        made.func.value = operand
    named = [k for k in made.keywords if k.arg == "dim"]
    if dim is not None and named:
        named[0].value = code.const(dim)
    elif dim is not None:
        made.args[position] = code.const(dim)
    return made


def _exchange(node: ast.expr, rank: int) -> ast.expr:
    return code.transposed(node) if rank == 2 else code.method(node, "transpose", *_FIRST_TWO)


_WITH_PLACE = ("max", "min")  # of these two results along a dimension
_FIRST_TWO = (code.const(0), code.const(1))


def _copied(node: Node) -> Node:
    """A copy that can be changed."""
    fields = {
        name: _copied(value)
        if isinstance(value, ast.AST)
        else [_copied(v) if isinstance(v, ast.AST) else v for v in value]
        if isinstance(value, list)
        else value
        for name, value in ast.iter_fields(node)
    }
    return ast.copy_location(type(node)(**fields), node)
