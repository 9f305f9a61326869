"""Loops that call the functions in which the costly loops are: their rewrite would do for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from loopscope.model.finding import Finding

FEW = 8  # iterations, of which no loop is slow by itself


@dataclass(slots=True)
class Callers:
    """Which loop calls the function that a finding is in.

    Attributes:
        around: Findings of such loops, by the finding in what they call.
    """

    around: dict[str, Finding] = field(default_factory=dict)

    def note(self, caller: Finding, inside: Iterable[Finding]) -> None:
        """Note findings in what a loop calls; one further out takes the place of one inside."""
        self.around |= {finding.id: caller for finding in inside}

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the loops that call what these findings are in, the costliest first.

        Those that go round a few times are left out: the layers of a model stay apart.
        """
        owns = [own for f in findings if (own := self.around.get(f.id)) is not None]
        found = {own.id: own for own in owns if own.iterations > FEW * own.entries}
        return sorted(found.values(), key=lambda f: (-f.cost.total_ns, f.id))

    def inside(self, caller: Finding) -> set[str]:
        """Return the ids of findings that a rewrite of the caller takes the place of."""
        return {inner for inner, own in self.around.items() if own.id == caller.id}
