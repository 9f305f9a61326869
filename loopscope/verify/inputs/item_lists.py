"""Lists whose items may be others than those observed: rows of indices, and single numbers."""

from __future__ import annotations

import abc
import collections
import functools
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import torch

from loopscope.verify.change import Change, number_list
from loopscope.verify.inputs.value_changes import is_kept
from loopscope.verify.inputs.variation import Variation, one

_MOST_LISTS = 2
_SHARE = 0.4


def item_list_variations(leaves: Mapping[str, Any], keep: Collection[str]) -> Iterator[Variation]:
    """Yield inputs in which some items are empty, hold a number twice, or count from the end."""
    lengths: dict[str, set[int]] = collections.defaultdict(set)
    for path, leaf in leaves.items():
        whole = _list_of(path)
        if whole and _whole_numbers(leaf) and not is_kept(path, keep):
            lengths[whole].add(len(leaf))
    differing = [path for path, found in lengths.items() if len(found) > 1]
    for path in differing[:_MOST_LISTS]:
        for change, words in (
            (SomeEmpty, "is empty"),
            (SomeTwice, "holds a number twice"),
            (SomeNegative, "holds a negative number"),
        ):
            yield Variation(
                f"`{path}` of which some item {words}",
                one(functools.partial(change, path)),
                guard=f"no item of `{path}` {words}",
                cancels=True,
            )


def mixed_list_variations(
    leaves: Mapping[str, Any], mixed: Collection[str]
) -> Iterator[Variation]:
    """Yield inputs in which tensors of no dimensions are numbers, and the other way round.

    Args:
        leaves: Of the input to change.
        mixed: Names of lists that may hold both.
    """
    of = dict.fromkeys(_list_of(path) for path, leaf in leaves.items() if _is_scalar(leaf))
    for path in [path for path in of if path in mixed][:_MOST_LISTS]:
        change = functools.partial(EveryOtherANumber, path)
        label = f"`{path}` of which some items are numbers"
        yield Variation(label, one(change), guard=f"`{path}` holds tensors alone", cancels=True)
    numbers = [path for path, leaf in leaves.items() if path in mixed and number_list(leaf)]
    for path in numbers[:_MOST_LISTS]:
        label, guard = f"`{path}` of which items are tensors", f"`{path}` holds numbers alone"
        for whole in (True, False):
            tensors = one(functools.partial(NumbersAsTensors, path, whole=whole))
            yield Variation(label, tensors, guard=guard, cancels=True)


class EveryOtherANumber(Change):
    """Make every other tensor of one list a Python number.

    Args:
        path: The list, of tensors without dimensions.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return the number in the place of every other item, the first among them."""
        if _list_of(path) != self._path or not _is_scalar(value):
            return value
        return value if int(path[len(self._path) + 1 : -1]) % 2 else value.item()


class NumbersAsTensors(Change):
    """Make tensors of one list's numbers.

    Args:
        path: The list, of numbers.
        whole: All of them, of their whole parts; else every other one.
    """

    def __init__(self, path: str, *, whole: bool) -> None:
        self._path, self._whole = path, whole

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        """Return the list with tensors of no dimensions in it."""
        if path != self._path or not number_list(value):
            return value
        if self._whole:
            return [torch.tensor(int(v)) for v in value]
        return [v if k % 2 else torch.tensor(v) for k, v in enumerate(value)]


class _SomeItems(Change, abc.ABC):
    """Change some items of one list."""

    def __init__(self, path: str) -> None:
        self._path, self._rng = path, np.random.default_rng(26)

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        if _list_of(path) != self._path or not _whole_numbers(value):
            return value
        return self.item(value) if self._rng.random() < _SHARE else value

    @abc.abstractmethod
    def item(self, value: Any) -> Any:  # noqa: ANN401 (a list or a tensor)
        """Return what takes the place of an item."""


class SomeEmpty(_SomeItems):
    """Some hold nothing."""

    def item(self, value: Any) -> Any:  # noqa: ANN401 (a list or a tensor)
        """Return an empty item."""
        return value[:0]


class SomeTwice(_SomeItems):
    """Some hold their first number twice."""

    def item(self, value: Any) -> Any:  # noqa: ANN401 (a list or a tensor)
        """Return an item that has its first number at its end as well."""
        if isinstance(value, list):
            return [*value[:-1], value[0]] if len(value) > 1 else value * 2
        return torch.cat([value[:-1], value[:1]]) if len(value) > 1 else value.repeat(2)


class SomeNegative(_SomeItems):
    """Some count from the end: ``-1 - k`` is an index wherever ``k`` is."""

    def item(self, value: Any) -> Any:  # noqa: ANN401 (a list or a tensor)
        """Return an item of negative numbers."""
        return [-1 - k for k in value] if isinstance(value, list) else -1 - value


def _list_of(path: str) -> str:
    """``moves`` of ``moves[3]``."""
    whole, bracket, number = path.rpartition("[")
    return whole if bracket and number.removesuffix("]").isdecimal() else ""


def _is_scalar(leaf: object) -> bool:
    return isinstance(leaf, torch.Tensor) and leaf.ndim == 0


def _whole_numbers(leaf: object) -> bool:
    if isinstance(leaf, torch.Tensor):
        return leaf.ndim == 1 and len(leaf) > 0 and leaf.dtype in (torch.int64, torch.int32)
    return isinstance(leaf, list) and number_list(leaf) and type(leaf[0]) is int
