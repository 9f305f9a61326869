"""How a loop is left before its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loopscope.vectorize.axes import Axis
from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class Running:
    """A variable that a test reads as the iterations so far have left it.

    Attributes:
        update: What a whole iteration makes of it.
        axis: The loop.
        before: What it was before the loop, where the loops around it know.
    """

    update: Value
    axis: Axis
    before: Value | None


@dataclass(frozen=True, slots=True)
class Stop:
    """A break.

    Attributes:
        found: The test that it stands under.
        env: What names stood for there.
    """

    found: Value
    env: Mapping[str, Value]
