"""One candidate with everything that its verification needs."""

from __future__ import annotations

from dataclasses import dataclass

from loopscope.model.candidate import Candidate
from loopscope.verify.budget import Budget
from loopscope.verify.explore import Explorer
from loopscope.verify.inputs.trips import trip_sizes
from loopscope.verify.tally import Tally
from loopscope.verify.trial import Input, Trial


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps of a verification share.

    Attributes:
        observed: The inputs that the user's program had, never empty.
    """

    candidate: Candidate
    observed: tuple[Input, ...]
    trial: Trial
    explorer: Explorer
    tally: Tally
    budget: Budget

    def trips(self, given: Input) -> tuple[int, ...]:
        """Return what may be numbers of iterations on an input, the outermost loop's first."""
        leaves = self.trial.leaves(given)
        return trip_sizes(self.trial.loop.tree, self.candidate.trip_names, leaves)
