"""How often a loop went round, guessed from its ops where no clock could count."""

from __future__ import annotations

from collections.abc import Mapping

TOLERANCE = 0.02
FEW = 2  # ops of the first and the last iteration may lie outside of what was seen
RARE = 0.05


def estimate_iterations(counts: Mapping[int, int]) -> int:
    """Return the number that most op names occur about as often as; the lowest where they tie.

    ``counts`` are ops that belong to the loop itself, not to loops inside it. Most ops run once
    an iteration; those that run much less often than others are left out, as they lie before or
    after the loop. 0 without ops.
    """
    often = [number for number in counts.values() if number >= RARE * max(counts.values())]

    def supporters(number: int) -> int:
        margin = max(FEW, number * TOLERANCE)
        return sum(abs(other - number) <= margin for other in often)

    return max(often, key=lambda number: (supporters(number), -number), default=0)
