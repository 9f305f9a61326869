"""What a rule recognised in a loop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's answer for one loop.

    Attributes:
        kind: The dependence pattern it rests on: map, gather, reduction, scan, recurrence, ….
        ops: Dotted torch names or the words of the JSON interface, best first.
        summary: What the loop does, with the user's names: ``running sum of data``.
        advice: What to write instead, with the user's names: ``use torch.cumsum(data, dim=0)``.
        actionable: False where only advice can be given.
    """

    kind: str
    ops: tuple[str, ...]
    summary: str
    advice: str
    actionable: bool = True
