"""A part of a subscript as ``a * i + b * j + offset``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Affine:
    """A sum of counters, each with its coefficient.

    Attributes:
        coefficients: Counter → what it is multiplied by; ``None`` where that is no literal.
        offset: The literal part of the constant.
        symbols: The other parts of the constant, as written: ``-k``.
        wraps: Taken modulo something.
        floors: Divided without a rest.
    """

    coefficients: Mapping[str, int | None] = field(default_factory=dict)
    offset: int = 0
    symbols: tuple[str, ...] = ()
    wraps: bool = False
    floors: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is no more than the sum."""
        return not self.wraps and not self.floors

    @property
    def shift(self) -> tuple[int, tuple[str, ...]]:
        """How far it is from the plain counter."""
        return self.offset, self.symbols

    @property
    def reverse(self) -> bool:
        """Whether it goes down while the counter goes up."""
        return list(self.coefficients.values()) == [-1]


def read_affine(
    node: ast.expr, counters: frozenset[str], is_constant: Callable[[ast.expr], bool]
) -> Affine | None:
    """Return the form of ``node``; ``None`` where it is not affine in the counters.

    ``is_constant`` says whether an expression is the same in every iteration.
    """

    def read(node: ast.expr) -> Affine | None:
        match node:
            case ast.Name(id=name) if name in counters:
                return Affine({name: 1})
            case ast.Constant(value=int(value)):
                return Affine({}, value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _scaled(read(operand), -1)
            case ast.UnaryOp(op=ast.Invert(), operand=operand):  # ``~i`` is ``-i - 1``
                return _sum(_scaled(read(operand), -1), Affine({}, -1))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _sum(read(left), read(right))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return _sum(read(left), _scaled(read(right), -1))
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return _product(read(left), read(right))
            case ast.BinOp(left=left, op=ast.Mod(), right=right) if is_constant(right):
                inner = read(left)
                return inner and replace(inner, wraps=True)
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right) if is_constant(right):
                inner = read(left)
                return inner and replace(inner, floors=True)
            case _ if is_constant(node):
                return Affine({}, 0, (f"+{ast.unparse(node)}",))
            case _:
                return None

    return read(node)


def _sum(left: Affine | None, right: Affine | None) -> Affine | None:
    if left is None or right is None or not left.plain or not right.plain:
        return None
    coefficients = dict(left.coefficients)
    for name, factor in right.coefficients.items():
        other = coefficients.get(name, 0)
        coefficients[name] = None if other is None or factor is None else other + factor
    symbols = list(left.symbols)
    for symbol in right.symbols:
        opposite = _negated(symbol)
        if opposite in symbols:
            symbols.remove(opposite)
        else:
            symbols.append(symbol)
    kept = {name: factor for name, factor in coefficients.items() if factor != 0}
    return Affine(kept, left.offset + right.offset, tuple(sorted(symbols)))


def _scaled(form: Affine | None, factor: int) -> Affine | None:
    if form is None or not form.plain or (form.symbols and abs(factor) != 1):
        return None
    coefficients = {n: None if c is None else c * factor for n, c in form.coefficients.items()}
    symbols = form.symbols if factor == 1 else tuple(sorted(map(_negated, form.symbols)))
    return Affine(coefficients, form.offset * factor, symbols)


def _product(left: Affine | None, right: Affine | None) -> Affine | None:
    if left is None or right is None or (left.coefficients and right.coefficients):
        return None
    moving, fixed = (left, right) if left.coefficients else (right, left)
    if not fixed.symbols and (not moving.symbols or abs(fixed.offset) == 1):
        return _scaled(moving, fixed.offset)
    if not moving.plain:
        return None
    text = f"+{fixed.symbols}{fixed.offset}*{moving.symbols}{moving.offset}"
    plain = not moving.offset and not moving.symbols
    return Affine(dict.fromkeys(moving.coefficients), 0, () if plain else (text,))


def _negated(symbol: str) -> str:
    return ("-" if symbol[0] == "+" else "+") + symbol[1:]
