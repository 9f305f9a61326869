"""Which ends of its inputs a loop gets to.

An input that was resized may be one that never occurs: a preallocated result that is longer than
what is written to it, a second tensor of which the end is not read. The loop says so itself: what
it reached of the observed input, it must reach of the resized one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import torch

from loopscope.verify.inputs.numbers import values_of
from loopscope.verify.inputs.sizes import Position
from loopscope.verify.inputs.value_changes import is_kept
from loopscope.verify.replay import Ending
from loopscope.verify.scene import Change

_MARK = 113  # an unlikely result that fits every dtype


def reached(
    places: Collection[Position],
    fresh: Collection[str],
    run: Callable[[Change], Ending],
    same: Callable[[Ending, Ending], bool],
) -> frozenset[Position]:
    """Return the places whose last slice matters: is written where fresh, else read or written.

    Args:
        places: Axes of tensors to look at.
        fresh: Names whose tensors the loop fills.
        run: Runs the loop on the input with a change.
        same: Whether two endings agree on everything that counts.
    """
    plain = run(Change())
    found = set()
    for place in places:
        if place.axis is None:
            continue
        ending = run(_MarkEnd(place))
        if is_kept(place.path, fresh):
            matters = ending.error is None and not _still_marked(ending, place)
        else:
            matters = ending.error is not None or not same(plain, ending)
        if matters:
            found.add(place)
    return frozenset(found)


class _MarkEnd(Change):
    """Put other values in the last slice along one axis."""

    def __init__(self, place: Position) -> None:
        self._place = place

    def leaf(self, path: str, value: Any) -> Any:  # noqa: ANN401 (leaves are of any type)
        axis = self._place.axis
        if path != self._place.path or axis is None:
            return value
        match value:
            case torch.Tensor() if value.numel():
                end = value.clone().select(axis, -1)
                if value.is_floating_point() or value.is_complex():
                    end.fill_(_MARK)
                elif value.dtype == torch.bool:
                    end.logical_not_()
                else:
                    _other_integers(end, value)
                changed = value.clone()
                changed.select(axis, -1).copy_(end)
                return changed
            case list() if value:
                other = min(value) if value[-1] != min(value) else max(value) + 1
                return [*value[:-1], other]
        return value


def _other_integers(end: torch.Tensor, value: torch.Tensor) -> None:
    """Other integers of the same range, so that indices stay indices."""
    low, high = int(value.min()), int(value.max())
    if low == high:
        end.add_(1)
    else:
        end.copy_(torch.where(end > low, low, high))


def _still_marked(ending: Ending, place: Position) -> bool:
    tensor = ending.scene.objects.get(place.path)
    if not isinstance(tensor, torch.Tensor) or place.axis is None or not tensor.numel():
        return False
    values = values_of(tensor.select(place.axis, -1))
    return values is not None and bool(np.all(values == _MARK))
