"""Inputs of the observed sizes that are made from an observed one, most telling first."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from loopscope.verify.change import Change
from loopscope.verify.inputs.constant_changes import SIDES, OneSide, Side, SomeEqual, Ties
from loopscope.verify.inputs.item_lists import item_list_variations
from loopscope.verify.inputs.layout_changes import (
    AlsoInFloat64,
    InFloat64,
    NotContiguous,
    OneInFloat64,
)
from loopscope.verify.inputs.literals import Constants
from loopscope.verify.inputs.numbers import values_of
from loopscope.verify.inputs.traits import Traits, traits_of
from loopscope.verify.inputs.value_changes import (
    BareRow,
    BreakOne,
    ColumnNotFinite,
    Decimals,
    Larger,
    Masks,
    NotFinite,
    OneNumber,
    OneRowNotFinite,
    OtherValues,
    Rows,
    WithoutGradients,
    ZeroRow,
    ZerosAndSigns,
    is_kept,
)
from loopscope.verify.inputs.variation import Variation, one

Leaves: TypeAlias = Mapping[str, Any]
BARE_ROW = "no mask set in a row"
FINITE = "inputs are finite"
AS_LARGE = "values as large as those observed"
_MOST_CONSTANTS = 3
_MOST_NUMBERS = 6
_MOST_WIDENED = 5
_DTYPE = "inputs have the observed dtype"
_ON_ONE_SIDE: tuple[Side, ...] = ("above", "equal to", "below")
_PYTHON_FLOATS = frozenset(["item", "tolist", "float"])
_TRUTH = torch.bool, np.dtype(bool)
_FEW_ROWS = 4
SEEDS_OF_FEW = 31, 32, 33
_SEEDS_OF_DECIMALS = range(35, 41)
_FEW_VALUES = 0.1  # a share, too
_SHARES = 0.2, 0.2, 0.4, 0.4, 0.6, 1.0
_BROKEN = {
    "ascending": "is sorted",
    "descending": "is sorted, largest first",
    "distinct": "has no value twice",
    "permutation": "has every number once",
    "offsets": "begins with 0 and ends with the total",
    "in_steps": "goes up by one at a time",
}


def value_variations(
    leaves: Leaves,
    keep: Collection[str],
    constants: Constants,
    trips: Sequence[int],
    mentioned: Collection[str] = (),
) -> Iterator[Variation]:
    """Yield inputs of the same sizes.

    Args:
        leaves: Of the input to change.
        keep: Names that stay as they are.
        constants: Numbers of the loop.
        trips: Numbers of iterations.
        mentioned: Names and attributes that the loop's code mentions.
    """
    yield Variation("other values", one(lambda: OtherValues(11, keep)), smooth=True)
    if "grad" in mentioned:
        yield Variation("some gradients missing", one(lambda: WithoutGradients(36, 0.5)))
        guard = "some tensor has a gradient"
        yield Variation("no gradients", one(lambda: WithoutGradients(36, 1.0)), guard=guard)
    traits = _traits(leaves, keep)  # of a long list they take their time
    for count in trips[:1]:
        yield from _other_rows(leaves, keep, count, traits)
    yield from item_list_variations(leaves, keep)
    yield Variation("ties", one(lambda: Ties(13, keep, constants.known)), cancels=True)
    if _PYTHON_FLOATS & {*mentioned}:  # they have more digits than tensors
        for seed in _SEEDS_OF_DECIMALS:
            decimals = one(functools.partial(Decimals, seed, keep))
            label = "values with one decimal"
            yield Variation(label, decimals, cancels=True, counted=seed == _SEEDS_OF_DECIMALS[0])
    signed = {path for path, t in traits.items() if t.not_negative} | set(keep)
    zeros = Variation("zeros and both signs", one(lambda: ZerosAndSigns(14, signed)), cancels=True)
    yield dataclasses.replace(zeros, finite=True)
    yield Variation("other values", one(lambda: OtherValues(15, keep)), smooth=True)
    for truth, label in ((None, "masks turned over"), (False, "no mask set"), (True, "masks set")):
        masks = one(functools.partial(Masks, keep, truth))
        yield Variation(label, masks, finite=True, cancels=True)
    yield Variation(BARE_ROW, one(lambda: BareRow(keep)), smooth=True)
    yield Variation("a row of zeros", one(lambda: ZeroRow(26, keep)), finite=True, cancels=True)
    yield Variation("tensors that are not contiguous", one(NotContiguous))
    for constant in constants.compared[:_MOST_CONSTANTS]:
        for side in SIDES:
            change = functools.partial(OneSide, 20, keep, constant, side)
            label, one_way = f"all values {side} {constant:g}", side in ("above", "below")
            yield Variation(label, one(change), cancels=True, finite=one_way)
        if any(trait.not_negative and not trait.integral for trait in traits.values()):
            change = functools.partial(OneSide, 24, keep, constant, "below", negative=True)
            label, guard = f"all values below {constant:g}", "no value is negative"
            yield Variation(label, one(change), cancels=True, guard=guard)
    if constants.compared:
        ties = functools.partial(Ties, 16, keep, constants.known, constants.compared)
        yield Variation("ties", one(ties), finite=True, cancels=True)
    for number in constants.looked_for[:_MOST_CONSTANTS]:
        some = functools.partial(SomeEqual, 25, keep, number)
        yield Variation(f"some values of {number:g}", one(some), cancels=True)
    yield from _numbers(leaves, keep, mentioned)
    yield Variation("float64", one(InFloat64), guard=_DTYPE)
    if len(single := _single(leaves, keep)) > 1:
        for path in single[:_MOST_WIDENED]:
            widened = functools.partial(OneInFloat64, path)
            yield Variation(f"`{path}` in float64", one(widened), guard=_DTYPE, counted=False)
    for sign in (0, 1, -1):
        larger = functools.partial(Larger, 19, keep, sign)
        yield Variation("larger values", one(larger), guard=AS_LARGE)
    for constant in constants.bounds[:_MOST_CONSTANTS]:
        beyond = functools.partial(OneSide, 22, keep, constant, "around")
        yield Variation(f"values around {constant:g}", one(beyond), guard=AS_LARGE, cancels=True)
    for number, (seed, share) in itertools.product((np.nan, np.inf), enumerate(_SHARES, 23)):
        strange = functools.partial(NotFinite, seed, keep, number, share)
        finite = Variation(f"{number}", one(strange), cancels=True, guard=FINITE)
        yield dataclasses.replace(finite, counted=seed == 23)
    for column in (0, -1):
        in_column = functools.partial(ColumnNotFinite, 29 + column, column, keep)
        label = f"nan in column {column}"
        yield Variation(label, one(in_column), cancels=True, guard=FINITE, counted=False)
    for seed in (31, 33):  # a test may look at one value of an item, and others be taken
        here = functools.partial(NotFinite, seed, keep, np.nan, _FEW_VALUES)
        label = "nan here and there"
        yield Variation(label, one(here), cancels=True, guard=FINITE, counted=False)
    few = trips[0] if trips and trips[0] <= _FEW_ROWS else 0  # drawn ones may miss a row
    for row in range(few):
        in_row = functools.partial(OneRowNotFinite, row, few, keep)
        label = f"nan in row {row}"
        yield Variation(label, one(in_row), cancels=True, guard=FINITE, counted=False)
    for path, trait in traits.items():
        yield from _broken(path, trait, keep, leaves)
    # Where a test holds in no iteration, or in all, a result has another dtype than in some.
    for constant, side in itertools.product((0, *constants.compared[:1]), _ON_ONE_SIDE):
        change = functools.partial(OneSide, 34, keep, constant, side)
        yield _in_float64(f"all values {side} {constant:g}", change)
    if any(getattr(leaf, "dtype", None) in _TRUTH for leaf in leaves.values()):
        for truth, label in ((False, "no mask set"), (True, "masks set")):
            yield _in_float64(label, functools.partial(Masks, keep, truth))


def _in_float64(label: str, change: Callable[[], Change]) -> Variation:
    wide = one(lambda: AlsoInFloat64(change()))
    return Variation(f"{label}, in float64", wide, cancels=True, guard=_DTYPE, counted=False)


def _single(leaves: Leaves, keep: Collection[str]) -> list[str]:
    """Return the paths of tensors in float32."""
    return [
        path
        for path, leaf in leaves.items()
        if getattr(leaf, "dtype", None) == torch.float32 and not is_kept(path, keep)
    ]


def with_other_values(
    variation: Variation, before: Leaves, keep: Collection[str], seeds: Iterable[int]
) -> Iterator[Variation]:
    """Yield changes of what a variation made: of one item much is equal by chance.

    Args:
        variation: Of fewer items.
        before: Leaves of what it was made from: of few items nothing says what they are, so what
            has a trait there stays.
        keep: Names that stay as they are.
        seeds: One for each.
    """
    kinds = {path: values_of(leaf) for path, leaf in before.items()}
    plain = {
        path
        for path, values in kinds.items()
        if values is not None and values.dtype.kind == "f" and traits_of(values) == Traits()
    }
    kept = {*keep, *(kinds.keys() - plain)}
    for seed in seeds:
        change = functools.partial(OtherValues, seed, kept)
        label = f"other values, {variation.label}"
        yield dataclasses.replace(variation, label=label, ways=one(change))


def _other_rows(
    leaves: Leaves, keep: Collection[str], count: int, traits: Mapping[str, Traits]
) -> Iterator[Variation]:
    columns = {path: t for path, t in traits.items() if np.shape(leaves[path]) == (count,)}
    if any(t.in_steps or t.offsets for t in columns.values()):
        return  # rows of segments are not drawn apart from each other
    once = any(t.distinct or t.permutation for t in columns.values())
    in_order = any(t.ascending or t.descending for t in columns.values())
    rows = functools.partial(Rows, 12, keep, count, in_order=in_order, once=once)
    yield Variation("other rows", one(rows), cancels=True)


def _numbers(
    leaves: Leaves, keep: Collection[str], mentioned: Collection[str]
) -> Iterator[Variation]:
    """Yield inputs with another switch, another small number. Larger ones count as sizes."""
    found = [
        (path, leaf)
        for path, leaf in leaves.items()
        if path.rpartition(".")[2] in mentioned and not is_kept(path, keep)
    ]
    switches = [(path, not leaf) for path, leaf in found if type(leaf) is bool]
    small = [(path, leaf + 1) for path, leaf in found if type(leaf) is int and leaf < 2]
    for path, value in (*switches[:_MOST_NUMBERS], *small[:_MOST_NUMBERS]):
        change = functools.partial(OneNumber, path, value)
        yield Variation(f"`{path}` being {value}", one(change), cancels=True)


def _broken(
    path: str, traits: Traits, keep: Collection[str], leaves: Leaves
) -> Iterator[Variation]:
    """Yield inputs on which what held of an observed tensor does not."""
    for trait, words in _BROKEN.items():
        if getattr(traits, trait) and not (trait == "distinct" and traits.permutation):
            less = {trait: False}
            if trait not in ("distinct", "in_steps"):
                less |= {"offsets": False, "permutation": False}
            if trait == "permutation":
                less["distinct"] = False
            kept = dataclasses.replace(traits, **less)
            yield Variation(
                f"`{path}` that not {words}",
                one(functools.partial(BreakOne, 17, path, kept)),
                guard=f"`{path}` {words}",
            )
    if traits.not_negative and not traits.integral:
        others = {other for other in leaves if other != path} | set(keep)
        yield Variation(
            f"`{path}` with negative values",
            one(lambda: ZerosAndSigns(18, others)),
            guard=f"`{path}` has no negative value",
        )


def _traits(leaves: Leaves, keep: Collection[str]) -> dict[str, Traits]:
    found = {}
    for path, leaf in leaves.items():
        values = values_of(leaf)
        if values is not None and np.ndim(values) and not is_kept(path, keep):
            found[path] = traits_of(values)
    return found
