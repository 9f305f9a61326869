"""Numbers that stand in the code and that inputs should meet."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from loopscope.verify.inputs.numbers import values_of
from loopscope.verify.inputs.variation import Constants

_LIMITS = range(8, 1025)  # literals of a rewrite that may be sizes of chunks
_MOST = 32
_CUTTING = frozenset(["min", "max", "clamp", "clip", "clamp_", "clamp_min", "clamp_max",
                       "maximum", "minimum", "fmin", "fmax", "threshold"])  # fmt: skip


def constants_of(tree: ast.AST, known: Sequence[float], leaves: Mapping[str, Any]) -> Constants:
    """Return the numbers that a loop compares with, and all others it reads.

    Args:
        tree: The loop.
        known: Numbers known to be compared with.
        leaves: Of the input: names that stand for numbers count as well.
    """
    compared, bounds = set(known), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            compared |= set(_numbers(node, leaves))
        elif _cuts_off(node):
            bounds |= set(_numbers(node, leaves))
    others = {float(v) for v in leaves.values() if type(v) in (int, float)}
    others |= {c.value for c in ast.walk(tree) if _is_number(c)}  # type: ignore[attr-defined]
    every = tuple(sorted(compared | bounds | others)[:_MOST])
    return Constants(_nearest(compared), _nearest(bounds), every)


def limits_of(tree: ast.AST) -> tuple[int, ...]:
    """Return sizes one beyond those that a rewrite names."""
    found = {c.value for c in ast.walk(tree) if _is_number(c)}  # type: ignore[attr-defined]
    return tuple(sorted(int(v) + 1 for v in found if v in _LIMITS))[:2]


def _nearest(numbers: set[float]) -> tuple[float, ...]:
    return tuple(sorted(numbers, key=lambda c: (abs(c), c))[:_MOST])


def _cuts_off(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in _CUTTING
    return False


def _numbers(node: ast.AST, leaves: Mapping[str, Any]) -> Iterator[float]:
    for inner in ast.walk(node):
        if _is_number(inner):
            yield inner.value  # type: ignore[attr-defined]
        if isinstance(inner, ast.Name | ast.Attribute):
            values = values_of(leaves.get(ast.unparse(inner)))
            if values is not None and values.size == 1 and np.isfinite(values).all():
                yield float(values.item())


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)
