"""Each item reduces all items up to its own.

What it does:
    Reports reductions of slices that end, or begin, at the loop's counter.

Why is this slow:
    Each prefix is read again from its start: quadratic work, and a call for each.

Example::

    for i in range(len(x)):
        out[i] = x[:i + 1].mean()

Use instead::

    out = x.cumsum(0) / torch.arange(1, len(x) + 1)

When not to:
    The reduction has no running form, such as a median. Suffixes: flip before and after.

References:
    https://pytorch.org/docs/stable/generated/torch.cumsum.html
    https://pytorch.org/docs/stable/generated/torch.cummax.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index

_SCANS = {
    "sum": "torch.cumsum",
    "mean": "torch.cumsum",
    "max": "torch.cummax",
    "amax": "torch.cummax",
    "min": "torch.cummin",
    "amin": "torch.cummin",
    "prod": "torch.cumprod",
    "logsumexp": "torch.logcumsumexp",
}


def match(subject: Subject) -> Match | None:
    """Recognise reductions of prefixes that have a running form."""
    facts = subject.facts
    prefixes = [read.name for read in facts.reads if Index.PREFIX in read.index and read.name]
    if len(prefixes) > 1:  # two parts of one tensor meet: a correlation
        return None
    ops = tuple(dict.fromkeys(op for name, op in _SCANS.items() if name in facts.calls))
    if not prefixes or not ops or not facts.produces or facts.carried:
        return None
    return Match(
        "scan",
        ops,
        f"{ops[0]} of {prefixes[0]}, each value from the start again",
        f"use {ops[0]}({prefixes[0]}, dim=0)",
    )


RULE = Rule(
    code="LS108",
    name="prefix-reduction",
    summary="Each item reduces all items up to its own",
    order=73,
    match=match,
    doc=__doc__,
)
