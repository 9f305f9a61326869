"""A loop looks for the first item that meets a condition.

What it does:
    Reports a search over a tensor's items that stops at the first hit.

Why is this slow:
    Every test of an item waits for its value on the host.

Example::

    hit = next(v for v in x if v > bar)

Use instead::

    hit = x[(x > bar).int().argmax()]

When not to:
    The hit usually comes within the first few items.

References:
    https://pytorch.org/docs/stable/generated/torch.argmax.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Inner

_OPS = ("torch.argmax", "torch.nonzero", "boolean_mask", "torch.any")


def match(subject: Subject) -> Match | None:
    """Recognise ``next``, ``any`` and ``all`` over items, and a search that breaks."""
    facts = subject.facts
    consumer = facts.consumer
    if consumer in ("any", "all"):
        return Match(
            "search",
            (f"torch.{consumer}",),
            f"{consumer} over {subject.source}",
            f"use torch.{consumer} on the whole comparison",
        )
    if facts.inner is Inner.SEARCH and facts.produces and not facts.carried:
        advice = "compare all rows at once and take the first hit of each with argmax(1)"
        return Match("search", _OPS, f"first hit in each row of {subject.source}", advice)
    searches = consumer == "next" or (
        facts.has_break and not facts.carried and not facts.data_dependent
    )
    if not searches:
        return None
    advice = "compare all items at once and take the first hit with torch.argmax"
    return Match("search", _OPS, f"first item of {subject.source} that meets a condition", advice)


RULE = Rule(
    code="LS501",
    name="first-match",
    summary="A loop looks for the first item that meets a condition",
    order=15,
    match=match,
    doc=__doc__,
)
