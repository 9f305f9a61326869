"""What is drawn on a trace beside the events that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Color = Literal["terrible", "bad", "good", "grey", "olive"]  # names that every viewer knows


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of time. Slices of a lane nest or are disjoint; ``args`` are shown on a click."""

    name: str
    start_ns: int
    end_ns: int
    lane: int
    color: Color = "grey"
    args: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment."""

    name: str
    time_ns: int
    lane: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From inside the slice that runs in a lane at a time to the slice that begins at another."""

    name: str
    start_ns: int
    start_lane: int
    end_ns: int
    end_lane: int


@dataclass(frozen=True, slots=True)
class Track:
    """The rows of one process that is put on top of a trace. Times are since the epoch.

    Attributes:
        base_time_ns: What the trace's own times are relative to.
        lanes: Their names; they are shown in this order.
    """

    base_time_ns: int
    lanes: tuple[str, ...] = ()
    slices: tuple[Slice, ...] = ()
    marks: tuple[Mark, ...] = ()
    arrows: tuple[Arrow, ...] = ()
