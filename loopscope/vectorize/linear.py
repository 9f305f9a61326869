"""Integer expressions as sums: ``len(x) - k + 1``, for bounds of slices."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize.code import const, text


@dataclass(frozen=True, slots=True)
class Linear:
    """``sum of coefficient * term + constant``. Terms are kept by their source text."""

    terms: tuple[tuple[str, int], ...] = ()
    constant: int = 0

    def __add__(self, other: Linear) -> Linear:
        counts = dict(self.terms)
        for term, coefficient in other.terms:
            counts[term] = counts.get(term, 0) + coefficient
        kept = tuple((t, c) for t, c in counts.items() if c)
        return Linear(kept, self.constant + other.constant)

    def __neg__(self) -> Linear:
        return Linear(tuple((t, -c) for t, c in self.terms), -self.constant)

    def __sub__(self, other: Linear) -> Linear:
        return self + (-other)

    @property
    def is_zero(self) -> bool:
        """Nothing is left."""
        return not self.terms and not self.constant

    def collected(self) -> Linear:
        """``t`` for ``2 * t - t``."""
        found = Linear((), self.constant)
        for term, coefficient in self.terms:
            match ast.parse(term, mode="eval").body:
                case ast.BinOp(left=ast.Constant(value=int(times)), op=ast.Mult(), right=right):
                    found += Linear(((text(right), times * coefficient),))
                case _:
                    found += Linear(((term, coefficient),))
        return found

    def code(self) -> ast.expr:
        """Return the expression, positive terms first."""
        parts = sorted(self.terms, key=lambda term: term[1] < 0)
        node: ast.expr | None = None
        for term, coefficient in parts:
            value: ast.expr = ast.parse(term, mode="eval").body
            if abs(coefficient) != 1:
                value = ast.BinOp(left=const(abs(coefficient)), op=ast.Mult(), right=value)
            if node is None:
                node = value if coefficient > 0 else ast.UnaryOp(op=ast.USub(), operand=value)
            else:
                op = ast.Add() if coefficient > 0 else ast.Sub()
                node = ast.BinOp(left=node, op=op, right=value)
        if node is None:
            return const(self.constant)
        if self.constant:
            op = ast.Add() if self.constant > 0 else ast.Sub()
            node = ast.BinOp(left=node, op=op, right=const(abs(self.constant)))
        return node


def linear(node: ast.expr) -> Linear:
    """Return an expression as a sum; what is no sum is one term."""
    match node:
        case ast.Constant(value=bool()):
            return Linear(((text(node), 1),))
        case ast.Constant(value=int(number)):
            return Linear((), number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -linear(operand)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return linear(left) + linear(right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return linear(left) - linear(right)
        case _:
            return Linear(((text(node), 1),))
