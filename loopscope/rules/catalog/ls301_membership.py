"""Masks of one value each are joined by or.

What it does:
    Reports equality masks that are joined over a set of values.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for c in allowed:
        keep = keep | (labels == c)

Use instead::

    keep = torch.isin(labels, allowed)

When not to:
    Floats: NaN never equals itself.

References:
    https://pytorch.org/docs/stable/generated/torch.isin.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise membership by equality masks."""
    facts = subject.facts
    joined = [c for c in facts.carried if c.update is Update.OR]
    if not joined or not facts.masks:
        return None
    labels = sorted(facts.masks)[0]
    ops = ("torch.isin", "torch.any")
    return Match(
        "reduction",
        ops,
        f"membership of {labels} in {subject.source}",
        f"use torch.isin({labels}, {subject.source})",
    )


RULE = Rule(
    code="LS301",
    name="membership",
    summary="Masks of one value each are joined by or",
    order=60,
    match=match,
    doc=__doc__,
)
