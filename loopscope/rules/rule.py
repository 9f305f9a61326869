"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loopscope.model.match import Match
from loopscope.rules.subject import Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of slow loop and how to recognise it.

    Attributes:
        code: ``LS104``. The hundreds are a family, so that ``--select LS1`` takes one.
        name: ``running-sum``.
        summary: One line for lists.
        order: Rules are asked in this order, the smallest first; the first match is the finding.
        match: Returns what was recognised, or ``None``.
        doc: The module's docstring, headings and all.
    """

    code: str
    name: str
    summary: str
    order: int
    match: Callable[[Subject], Match | None]
    doc: str | None

    @property
    def url(self) -> str:
        """Where the rule is documented."""
        return f"https://loopscope.readthedocs.io/en/latest/rules/{self.code.lower()}/"
