"""Which ends of its inputs a loop gets to.

An input that was resized may be one that never occurs: a preallocated result that is longer than
what is written to it, a second tensor of which the end is not read. The loop says so itself: what
it reached of the observed input, it must reach of the resized one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import torch

from loopscope.verify.change import Change, number_list
from loopscope.verify.inputs.sizes import Position
from loopscope.verify.inputs.value_changes import is_kept
from loopscope.verify.replay import Ending

_MARK = 113  # an unlikely result that fits every dtype


def reached(
    places: Collection[Position],
    leaves: Mapping[str, Any],
    fresh: Collection[str],
    plain: Ending,
    run: Callable[[Change], Ending],
    same: Callable[[Ending, Ending, str], bool],
) -> frozenset[Position]:
    """Return the places whose last slice matters: is written, or changes something else.

    Args:
        places: Axes of tensors and lists to look at.
        leaves: Of the input.
        fresh: Names that the loop fills: only what is written to them counts.
        plain: The loop's run on the input.
        run: Runs the loop on the input with a change.
        same: Whether two endings agree on everything but what a path leads to.
    """
    found = set()
    for place in places:
        if place.axis is None or place.path not in leaves:
            continue
        mark = _MarkEnd(place, leaves[place.path])
        ending = run(mark)
        if ending.error is not None or mark.written(ending):
            matters = True
        else:
            matters = not is_kept(place.path, fresh) and not same(plain, ending, place.path)
        if matters:
            found.add(place)
    return frozenset(found)


class _MarkEnd(Change):
    """Put other values in the last slice along one axis."""

    def __init__(self, place: Position, leaf: Any) -> None:  # noqa: ANN401 (leaves are of any type)
        self._path, self._axis = place.path, place.axis or 0
        self._item = isinstance(leaf, list | tuple) and not number_list(leaf)
        if self._item:
            self._path = f"{place.path}[{len(leaf) - 1}]"
        self._marked: dict[str, torch.Tensor] = {}

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (of any type)
        inside = path == self._path or (self._item and path.startswith(self._path))
        if not inside or isinstance(value, bool):
            return value
        match value:
            case torch.Tensor() if value.numel():
                changed = value.clone()
                end = changed if self._item else changed.select(self._axis, -1)
                _mark(end)
                self._marked[path] = end.clone()
                return changed
            case list() if value:
                other = min(value) if value[-1] != min(value) else max(value) + 1
                return [*value[:-1], other]
            case int() | float() if self._item:
                return value + 1
        return value

    def written(self, ending: Ending) -> bool:
        """Whether what was put there is no longer there."""
        names = ending.scene.names
        for path, mark in self._marked.items():
            tensor = names.get(path, ending.scene.objects.get(path))
            if not isinstance(tensor, torch.Tensor) or not tensor.numel():
                continue
            if not self._item and tensor.ndim <= self._axis:
                return True
            end = tensor if self._item else tensor.select(self._axis, -1)
            if end.shape != mark.shape or not torch.equal(end.to(mark.dtype), mark):
                return True
        return False


def _mark(end: torch.Tensor) -> None:
    if end.is_floating_point() or end.is_complex():
        end.fill_(_MARK)
    elif end.dtype == torch.bool:
        end.logical_not_()
    else:
        # Other integers of the same range, so that indices stay indices.
        low, high = int(end.min()), int(end.max())
        if low == high:
            end.add_(1 if low <= 0 else -1)
        else:
            end.copy_(torch.where(end > low, low, high))
