"""Numbers that stand in the code and that inputs should meet."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from loopscope.verify.inputs.numbers import values_of

_LIMITS = range(8, 1025)  # literals of a rewrite that may be sizes of chunks
_TESTS = range(1, 65)  # numbers that counters may be compared with
_MOST = 32
_CUTTING = frozenset(["min", "max", "clamp", "clip", "clamp_", "clamp_min", "clamp_max",
                       "maximum", "minimum", "fmin", "fmax", "threshold"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constants:
    """Numbers of a loop.

    Attributes:
        compared: Those that it compares with: values are put at them and on both sides of them.
        looked_for: Those that it tests for equality.
        bounds: Those that values are cut off at.
        known: All of them: values are put at them where they are within the observed range.
    """

    compared: tuple[float, ...] = ()
    looked_for: tuple[float, ...] = ()
    bounds: tuple[float, ...] = ()
    known: tuple[float, ...] = ()


def constants_of(
    tree: ast.AST,
    called: Sequence[ast.AST],
    known: Sequence[float],
    leaves: Mapping[str, Any],
) -> Constants:
    """Return the numbers that a loop compares with, and all others it reads.

    Args:
        tree: The loop.
        called: Its setup, and the functions that it calls: their parameters may be any number
            that is read.
        known: Numbers known to be compared with.
        leaves: Of the input: names that stand for numbers count as well.
    """
    compared, bounds, looked_for = set(known), set[float](), set[float]()
    begins = _beginnings(tree, *called)
    for node in (n for body in (tree, *called) for n in ast.walk(body)):
        if isinstance(node, ast.Compare):
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            compared |= set(_numbers(node, leaves))
            compared |= {0.0, *(begins[name] for name in names & begins.keys())}
            if any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                looked_for |= set(_numbers(node, leaves))
        elif _cuts_off(node):
            bounds |= set(_numbers(node, leaves))
    if any(_compares_names(body) for body in called):
        compared |= {v for v in leaves.values() if type(v) is float and np.isfinite(v)}
    others = {float(v) for v in leaves.values() if type(v) in (int, float)}
    others |= _constants(tree)
    every = tuple(sorted(compared | bounds | others)[:_MOST])
    return Constants(_nearest(compared), _nearest(looked_for), _nearest(bounds), every)


def mentioned_in(trees: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names and attributes that code mentions; whether it trains is not one."""
    nodes = [n for tree in trees for n in ast.walk(tree)]
    names = {n.id for n in nodes if isinstance(n, ast.Name)}
    names |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return frozenset(names - {"training", "requires_grad"})


def limits_of(rewrite: ast.AST, loop: ast.AST) -> tuple[int, ...]:
    """Return sizes one beyond those that a rewrite names and its loop does not."""
    found = _constants(rewrite) - _constants(loop)
    return tuple(sorted(int(v) + 1 for v in found if v in _LIMITS))[:2]


def past_tests(loop: ast.AST) -> tuple[int, ...]:
    """Return sizes at which a counter has passed the numbers that tests compare it with."""
    tests = [n for n in ast.walk(loop) if isinstance(n, ast.Compare)]
    numbers = {int(v) + 2 for test in tests for v in _constants(test) if v in _TESTS}
    return tuple(sorted(numbers))[-2:]


def _constants(tree: ast.AST) -> set[float]:
    # `_is_number` lets constants through alone.
    return {c.value for c in ast.walk(tree) if _is_number(c)}  # type: ignore[attr-defined]


def _beginnings(*trees: ast.AST) -> dict[str, float]:
    """Return the numbers that variables begin with: ``best = 0.0``."""
    found = {}
    for node in (n for tree in trees for n in ast.walk(tree)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    number = ast.literal_eval(value)
                except ValueError:
                    continue
                if type(number) in (int, float):
                    found[name] = float(number)
    return found


def _nearest(numbers: set[float]) -> tuple[float, ...]:
    return tuple(sorted(numbers, key=lambda c: (abs(c), c))[:_MOST])


def _cuts_off(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in _CUTTING
    return False


def _numbers(node: ast.AST, leaves: Mapping[str, Any]) -> Iterator[float]:
    for inner in ast.walk(node):
        match inner:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                yield -number
        if _is_number(inner):
            yield inner.value  # type: ignore[attr-defined]  # _is_number says so
        if isinstance(inner, ast.Name | ast.Attribute):
            values = values_of(leaves.get(ast.unparse(inner)))
            if values is not None and values.size == 1 and np.isfinite(values).all():
                yield float(values.item())


def _compares_names(body: ast.AST) -> bool:
    compares = (n for n in ast.walk(body) if isinstance(n, ast.Compare))
    return any(isinstance(n, ast.Name | ast.Attribute) for c in compares for n in ast.walk(c))


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
