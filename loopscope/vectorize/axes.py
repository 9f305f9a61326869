"""Loops of the nest: the batch dimensions of values, and what counts along them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from loopscope.vectorize.linear import Linear


@dataclass(frozen=True, slots=True)
class Axis:
    """One loop of the nest: a batch dimension of everything that differs between its iterations.

    Attributes:
        name: The loop's variable, for messages and index tensors.
        order: Position in the nest; axes always stand in this order.
        start, stop: The counter's range, ascending.
        step: The counter's step, positive.
        size: Number of iterations, as code.
        length: Number of iterations, as observed.
        reverse: The loop runs from the last to the first.
        over: Source text of the tensor whose leading dimension is walked, or ``""``.
        step_name: The step's source text where it is no literal.
    """

    name: str
    order: int
    start: Linear = field(compare=False)
    stop: Linear = field(compare=False)
    size: ast.expr = field(compare=False)
    length: int | None = None
    step: int = field(default=1, compare=False)
    reverse: bool = False
    over: str = ""
    step_name: str = field(default="", compare=False)

    @property
    def step_code(self) -> ast.expr:
        """The step as the user wrote it."""
        return (
            ast.Constant(value=self.step)
            if not self.step_name
            else ast.parse(self.step_name, mode="eval").body
        )


@dataclass(frozen=True, slots=True)
class Counter:
    """``sign * counter + offset`` of one axis: a subscript that a slice can stand for.

    Attributes:
        also: A second loop's counter that is added, or taken away: ``also_sign``.
        numbered: It is the iteration's number, whatever the loop's step is: ``axis`` has step 1.
    """

    axis: Axis
    offset: Linear = field(default_factory=Linear)
    sign: int = 1
    also: Axis | None = None
    also_sign: int = 1
    numbered: bool = False

    def moves_with(self, other: Counter) -> bool:
        """Whether the two differ by something fixed."""
        same = self.axis == other.axis and self.numbered == other.numbered
        return same and self.sign == other.sign and self.also is None and other.also is None


def union(axes: Sequence[Sequence[Axis]]) -> tuple[Axis, ...]:
    """Return all axes, outermost first."""
    found = {axis for group in axes for axis in group}
    return tuple(sorted(found, key=lambda axis: axis.order))
