"""Expressions that torch has one op for, as a user writes them out.

A pattern is source text in which single capital letters stand for anything, the same letter for
the same thing. Calls match as function and as method, with or without ``torch.``; keywords, the
dimensions of reductions and the order of ``+`` and ``*`` do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from loopscope.source.fold import FOLD
from loopscope.source.loop import dotted

IDIOMS = {
    "exp(E) / sum(exp(E))": ("torch.softmax",),
    "E - log(sum(exp(E)))": ("torch.log_softmax",),
    "E - logsumexp(E)": ("torch.log_softmax",),
    "log(softmax(E))": ("torch.log_softmax",),
    "log_softmax(E)[F]": ("torch.nn.functional.cross_entropy", "torch.gather"),
    "log(sum(exp(E)))": ("torch.logsumexp",),
    "softmax(E @ F) @ G": ("torch.nn.functional.scaled_dot_product_attention",),
    "softmax(E @ F / S) @ G": ("torch.nn.functional.scaled_dot_product_attention",),
    "softmax(E @ F * S) @ G": ("torch.nn.functional.scaled_dot_product_attention",),
    "(E - mean(E)) / sqrt(var(E) + F)": (
        "torch.nn.functional.layer_norm",
        "torch.nn.functional.batch_norm",
        "torch.var_mean",
    ),
    "(E - mean(E)) / std(E)": ("torch.std_mean", "torch.nn.functional.layer_norm"),
    "(E - mean(E)) / (std(E) + F)": ("torch.std_mean", "torch.nn.functional.layer_norm"),
    "mean((E - mean(E)) ** 2)": ("torch.var",),
    "sum((E - mean(E)) ** 2) / F": ("torch.var",),
    "E / norm(E)": ("torch.linalg.vector_norm", "torch.nn.functional.normalize"),
    "E / (norm(E) + F)": ("torch.linalg.vector_norm", "torch.nn.functional.normalize"),
    "E / clamp(norm(E), F)": ("torch.nn.functional.normalize",),
    "E / sqrt(sum(E ** 2))": ("torch.linalg.vector_norm", "torch.nn.functional.normalize"),
    "sqrt(sum(E ** 2))": ("torch.linalg.vector_norm",),
    "norm(E) ** 2": ("torch.linalg.vector_norm",),
    "E / sqrt(mean(E ** 2) + F)": ("torch.nn.functional.rms_norm",),
    "(E - min(E)) / (max(E) - min(E))": ("torch.aminmax",),
    "E @ F / (norm(E) * norm(F))": ("torch.nn.functional.cosine_similarity",),
    "sum(E * F) / (norm(E) * norm(F))": ("torch.nn.functional.cosine_similarity",),
    "mean((E - F) ** 2)": ("torch.nn.functional.mse_loss",),
    "inv(A) @ B": ("torch.linalg.solve",),
    "E @ A @ E": ("torch.einsum",),
}
DISTANCES = ("norm(E - F)", "sum((E - F) ** 2)", "sum(abs(E - F))", "sqrt((E - F) ** 2 + G)")

_SAME = {
    "vector_norm": "norm",
    "amax": "max",
    "amin": "min",
    "inverse": "inv",
    "absolute": "abs",
    "clamp_min": "clamp",
    "clip": "clamp",
}
_OPERATORS = {
    "add": "Add",
    "sub": "Sub",
    "mul": "Mult",
    "div": "Div",
    "true_divide": "Div",
    "pow": "Pow",
    "matmul": "MatMult",
    "mm": "MatMult",
    "mv": "MatMult",
    "dot": "MatMult",
    "bmm": "MatMult",
}
_REDUCTIONS = {"sum", "mean", "max", "min", "norm", "var", "std", "softmax", "logsumexp"}
_TRANSPARENT = {"float", "double", "item", "unsqueeze", "squeeze", "contiguous", "clone", "detach"}
_MODULES = {"torch", "F", "nn", "np", "numpy", "math", "functional", "linalg"}


@dataclass(frozen=True, slots=True)
class _Term:
    """An operator or function with its operands, or the text of anything else."""

    head: str
    parts: tuple[_Term, ...] = ()


def find_idioms(values: Iterable[ast.expr]) -> tuple[str, ...]:
    """Return the ops for what the expressions spell out, the largest expression's first."""
    terms = [part for value in values for part in _walk(_term(value))]
    return tuple(dict.fromkeys(op for term in terms for op in _ops(term)))


def find_distance(values: Iterable[ast.expr]) -> bool:
    """Return whether a value holds the distance of two things, none the mean of the other."""
    for value in values:
        for term in _walk(_term(value)):
            for pattern in DISTANCES:
                bound: dict[str, _Term] = {}
                if _match(_pattern(pattern), term, bound) and bound["F"].head != "mean":
                    return True
    return False


def _ops(term: _Term) -> tuple[str, ...]:
    found = (ops for pattern, ops in IDIOMS.items() if _match(_pattern(pattern), term, {}))
    return next(found, ())


def is_square(square: ast.expr, of: ast.expr) -> bool:
    """Return whether ``square`` is ``of`` squared, or a sum of such squares the sum of such."""
    one, other = _term(square), _term(of)
    while one.head == other.head in _REDUCTIONS:
        one, other = one.parts[0], other.parts[0]
    return one == _Term("Pow", (other, _Term("2")))


@cache
def _pattern(text: str) -> _Term:
    return _term(ast.parse(text, mode="eval").body)


def _term(node: ast.expr) -> _Term:
    """Bring an expression into the form in which patterns are compared."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _operation(type(op).__name__, _term(left), _term(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _Term("neg", (_term(operand),))
        case ast.Attribute(value=value, attr="values"):
            return _term(value)
        case ast.Call(func=func, args=args):
            return _call(func, list(args))
        case ast.Subscript(value=ast.Call() as value, slice=index):
            return _Term("[]", (_term(value), _term(index)))
        case _:
            return _Term(ast.unparse(node))


def _operation(operator: str, left: _Term, right: _Term) -> _Term:
    if operator == "Mult" and left == right:
        return _Term("Pow", (left, _Term("2")))
    if operator == "Pow" and right == _Term("0.5"):
        return _Term("sqrt", (left,))
    return _Term(operator, (left, right))


def _call(func: ast.expr, args: list[ast.expr]) -> _Term:
    match func:
        case ast.Attribute(value=receiver, attr=name):
            if dotted(receiver).split(".", 1)[0] not in _MODULES:
                args.insert(0, receiver)
        case ast.Name(id=name):
            pass
        case _:
            return _Term(ast.unparse(func))
    name = name.removeprefix(FOLD)
    name = _SAME.get(name, name)
    parts = tuple(_term(arg) for arg in args)
    if name in _TRANSPARENT and parts:
        return parts[0]
    if name in _OPERATORS and len(parts) == 2:
        return _operation(_OPERATORS[name], *parts)
    if name == "square" and len(parts) == 1:
        return _Term("Pow", (parts[0], _Term("2")))
    if name in _REDUCTIONS:
        parts = parts[:1]
    return _Term(name, parts)


def _walk(term: _Term) -> Iterator[_Term]:
    yield term
    for part in term.parts:
        yield from _walk(part)


def _match(pattern: _Term, term: _Term, bound: dict[str, _Term]) -> bool:
    if not pattern.parts and pattern.head.isupper():
        return bound.setdefault(pattern.head, term) == term
    if pattern.head != term.head or len(pattern.parts) != len(term.parts):
        return False
    orders = [term.parts]
    if pattern.head in ("Add", "Mult"):
        orders.append(term.parts[::-1])
    for order in orders:
        trial = dict(bound)
        if all(_match(p, t, trial) for p, t in zip(pattern.parts, order, strict=True)):
            bound.update(trial)
            return True
    return False
