"""Items that meet a condition are collected one by one.

What it does:
    Reports appends under a condition.

Why is this slow:
    Every test of an item waits for its value on the host.

Example::

    for v in x:
        if v > 0:
            keep.append(v)

Use instead::

    keep = x[x > 0]

When not to:
    Nothing may be kept: the loop fails, the mask returns an empty tensor.

References:
    https://pytorch.org/docs/stable/generated/torch.masked_select.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise a filter."""
    facts = subject.facts
    if not facts.appends or not all(a.guarded for a in facts.appends) or facts.stores:
        return None
    if not any(condition.reads for condition in facts.conditions):
        return None  # the counters decide: which items are kept is known without the data
    targets = [a.target for a in facts.appends]
    if len(set(targets)) < len(targets):  # both arms append to one list: a choice, not a filter
        return None
    source = subject.source
    return Match(
        "filter",
        ("boolean_mask", "torch.masked_select", "torch.nonzero"),
        f"items of {source} that meet a condition",
        f"index by the mask: {source}[mask]",
    )


RULE = Rule(
    code="LS407",
    name="filter",
    summary="Items that meet a condition are collected one by one",
    order=74,
    match=match,
    doc=__doc__,
)
