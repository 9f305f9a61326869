"""Inputs on which a test may come out another way."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from loopscope.verify.inputs.constant_changes import SIDES, OneSide, SomeEqual, Ties, WholeNumbers
from loopscope.verify.inputs.literals import constants_of
from loopscope.verify.inputs.numbers import values_of
from loopscope.verify.inputs.traits import is_integral
from loopscope.verify.inputs.value_changes import (
    OneNumber,
    OtherValues,
    Scaled,
    ZerosAndSigns,
    is_kept,
)
from loopscope.verify.inputs.value_variations import AS_LARGE
from loopscope.verify.inputs.variation import Variation, one

_SEEDS = range(41, 47)
_EXTREME = 1000.0  # a softmax of such values is 0 or 1
_MOST_CONSTANTS = 4
_MOST_LEAVES = 4


def branch_variations(
    test: ast.expr, leaves: Mapping[str, Any], keep: Collection[str]
) -> Iterator[Variation]:
    """Yield inputs of the same sizes, the likeliest first.

    Args:
        test: Of the loop.
        leaves: Of the input to change.
        keep: Names that stay as they are.
    """
    constants = constants_of(test, [], (), leaves).compared[:_MOST_CONSTANTS]
    free = {path: leaf for path, leaf in leaves.items() if not is_kept(path, keep)}
    yield from _numbers(test, free, constants)
    for constant in constants:
        for side in SIDES:
            change = functools.partial(OneSide, 41, keep, constant, side)
            yield Variation(f"all values {side} {constant:g}", one(change), cancels=True)
        some = functools.partial(SomeEqual, 41, keep, constant)
        yield Variation(f"some values of {constant:g}", one(some), cancels=True)
    real = [path for path, leaf in leaves.items() if _is_real(leaf) and not is_kept(path, keep)]
    for path in real[:_MOST_LEAVES] if len(real) > 1 else ():
        others = {*keep, *leaves.keys() - {path}}
        for constant in constants:
            for side in ("above", "below"):
                change = functools.partial(OneSide, 41, others, constant, side)
                label = f"`{path}` {side} {constant:g}"
                yield Variation(label, one(change), cancels=True)
    yield from _whole_numbers(leaves, keep, constants)
    extreme = functools.partial(Scaled, OtherValues(41, keep), _EXTREME)
    yield Variation("extreme values", one(extreme), cancels=True, guard=AS_LARGE)
    for seed in _SEEDS:
        yield Variation("other values", one(functools.partial(OtherValues, seed, keep)))
        signs = functools.partial(ZerosAndSigns, seed, keep)
        yield Variation("zeros and both signs", one(signs), cancels=True)
        ties = functools.partial(Ties, seed, keep, constants, constants)
        yield Variation("ties", one(ties), cancels=True)


def _numbers(
    test: ast.expr, leaves: Mapping[str, Any], constants: Sequence[float]
) -> Iterator[Variation]:
    """Yield inputs on which a number that is tested is what it is compared with, or beside it."""
    paths = [ast.unparse(n) for n in ast.walk(test) if isinstance(n, ast.Name | ast.Attribute)]
    for path in dict.fromkeys(paths):
        kind = type(leaves.get(path))
        if kind not in (int, float):
            continue
        for constant in constants:
            for value in (constant, constant + 1, constant - 1):
                change = functools.partial(OneNumber, path, kind(value))
                yield Variation(f"`{path}` being {value:g}", one(change), cancels=True)


def _whole_numbers(
    leaves: Mapping[str, Any], keep: Collection[str], constants: Sequence[float]
) -> Iterator[Variation]:
    """Yield inputs on which one tensor's whole numbers are at what is tested, or beside it.

    Others of its kind may be indices, and stay. Where it is one, the loop raises.
    """
    whole = [path for path, leaf in leaves.items() if _is_whole(leaf) and not is_kept(path, keep)]
    for path in whole[:_MOST_LEAVES]:
        others = {*keep, *leaves.keys() - {path}}
        for c in (c for c in constants if float(c).is_integer()):
            for numbers in ((c,), (c + 1,), (c - 1,), (c - 1, c, c + 1)):
                change = functools.partial(WholeNumbers, 41, others, numbers)
                label = f"`{path}` of {' or '.join(f'{n:g}' for n in numbers)}"
                yield Variation(label, one(change), cancels=True)


def _is_whole(leaf: object) -> bool:
    values = values_of(leaf)
    return values is not None and values.ndim > 0 and is_integral(values)


def _is_real(leaf: object) -> bool:
    values = values_of(leaf)
    return values is not None and values.dtype.kind == "f" and values.ndim > 0
