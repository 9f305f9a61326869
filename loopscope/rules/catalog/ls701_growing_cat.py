"""A tensor grows by one concatenation an iteration.

What it does:
    Reports ``out = torch.cat([out, item])`` in a loop.

Why is this slow:
    Every iteration copies all that was there: quadratic time.

Example::

    for r in x:
        out = torch.cat([out, r[None] * 2])

Use instead::

    out = x * 2  # or append to a list and concatenate once

When not to:
    The tensor is needed after every step.

References:
    https://pytorch.org/docs/stable/generated/torch.cat.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise growth by concatenation."""
    for carried in subject.facts.carried:
        if carried.update is Update.CAT:
            advice = f"append to a list and concatenate once: {carried.name} = torch.cat(parts)"
            return Match(
                "growth",
                ("torch.cat", "torch.stack"),
                f"{carried.name} is copied in every iteration",
                advice,
            )
    return None


RULE = Rule(
    code="LS701",
    name="growing-cat",
    summary="A tensor grows by one concatenation an iteration",
    order=55,
    match=match,
    doc=__doc__,
)
