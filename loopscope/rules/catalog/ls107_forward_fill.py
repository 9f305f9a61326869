"""The latest item that met a condition is carried along.

What it does:
    Reports a variable that some iterations set and every iteration uses: forward fill.

Why is this slow:
    Every test of an item waits for its value on the host, though the place of the latest hit is
    a running maximum.

Example::

    for i in range(len(x)):
        if valid[i]:
            last = x[i]
        out[i] = last

Use instead::

    place = torch.where(valid, torch.arange(len(x)), 0).cummax(0).values
    out = x[place]

When not to:
    Nothing is valid at the start: the loop hands on what was there before it, the index names
    the first item.

References:
    https://pytorch.org/docs/stable/generated/torch.cummax.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise forward fill."""
    latest = [c for c in subject.facts.carried if c.update is Update.LATEST and c.observed]
    if not latest or len(latest) < len(subject.facts.carried):
        return None
    return Match(
        "scan",
        ("torch.cummax", "advanced_indexing", "torch.where"),
        f"{latest[0].name} keeps the latest item of {subject.source} that meets a condition",
        "take the running maximum of the places that meet it, and index by that",
    )


RULE = Rule(
    code="LS107",
    name="forward-fill",
    summary="The latest item that met a condition is carried along",
    order=53,
    match=match,
    doc=__doc__,
)
