"""What the inputs tried so far have shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopscope.model.candidate import Outcome
from loopscope.model.finding import RewriteStatus
from loopscope.verify.branches import Branch
from loopscope.verify.inputs.variation import Variation
from loopscope.verify.trial import Input, Result

ONCE = "the loop goes round at least once"


class StopError(Exception):
    """Verification is over; the outcome is known."""

    def __init__(
        self,
        status: RewriteStatus,
        reason: str,
        copies: tuple[str, ...] = (),
        *,
        cut_short: bool = False,
        chunk: int = 0,
    ) -> None:
        super().__init__(reason)
        self.outcome = Outcome(
            status, None, reason, copies=copies, cut_short=cut_short, chunk=chunk
        )


@dataclass(slots=True)
class Tally:
    """Counts inputs on which loop and rewrite agreed.

    Attributes:
        agreed: How many.
        error: Largest difference, on observed inputs, of results that count as equal.
        guards: What held of the observed inputs and the rewrite relies on, in order.
        resized: They did the same on an input of another size.
        smooth: Inputs without ties, on which gradients can be compared.
        finite: Inputs on which gradients stay finite where the loop's are.
        views_at: Names whose value shares memory at a small size alone, and at which.
        cut_short: There was no time for all inputs.
        none_tried: An input on which the loop may not go round was tried.
        few: Inputs of few items, and what made them.
        taken: How the loop's tests came out, run by run, on inputs on which they did the same.
        last_unusable: Why the last input on which the loop did not run said nothing.
    """

    agreed: int = 0
    error: float = 0.0
    guards: dict[str, None] = field(default_factory=dict)
    resized: bool = False
    smooth: list[Input] = field(default_factory=list)
    finite: list[Input] = field(default_factory=list)
    views_at: dict[str, str] = field(default_factory=dict)
    cut_short: bool = False
    none_tried: bool = False
    few: list[tuple[Input, Variation]] = field(default_factory=list)
    taken: set[frozenset[Branch]] = field(default_factory=set)
    last_unusable: str = ""

    def agree(self, given: Input, result: Result, *, resized: bool, smooth: bool) -> None:
        """Count an input on which both did the same."""
        self.taken.add(result.taken)
        if result.telling:
            self.agreed += 1
            self.resized |= resized
            if smooth:
                self.smooth.append(given)
