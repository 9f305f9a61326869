"""Each iteration draws its own random numbers.

What it does:
    Reports a loop whose body draws random numbers.

Why is this slow:
    One draw for all has the same distribution, but other values for the same seed.

Example::

    for _ in range(n):
        samples.append(torch.randn(3))

Use instead::

    samples = torch.randn(n, 3)

When not to:
    Results must be the same numbers for the same seed.

References:
    https://pytorch.org/docs/stable/notes/randomness.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Advise on a loop that draws random numbers."""
    if not subject.facts.random:
        return None
    ops = ("torch.randn", "torch.rand", "torch.multinomial", "more_chains_in_batch")
    advice = "draw all random numbers in one call before the loop: same distribution, other values"
    return Match(
        "random", ops, "random numbers drawn in every iteration", advice, actionable=False
    )


RULE = Rule(
    code="LS603",
    name="random-draws",
    summary="Each iteration draws its own random numbers",
    order=30,
    match=match,
    doc=__doc__,
)
