"""A span of each row is filled with one value.

What it does:
    Reports stores of a constant into slices whose bounds come from data.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i in range(len(x)):
        x[i, a[i]:b[i]] = 0

Use instead::

    t = torch.arange(x.shape[1])
    x = x.masked_fill((t >= a[:, None]) & (t < b[:, None]), 0)

When not to:
    The mask would not fit into memory.

References:
    https://pytorch.org/docs/stable/generated/torch.Tensor.masked_fill.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise spans filled with a constant."""
    facts = subject.facts
    spans = [s for s in facts.stored(Index.RAGGED) if s.constant]
    if not spans:
        return None
    ops: tuple[str, ...] = ("broadcasting", "torch.arange", "torch.where", "Tensor.masked_fill")
    if spans[0].index.count(Index.RAGGED) >= 2 and facts.reads_by(Index.COUNTER):
        ops = ("torch.repeat_interleave", *ops)
    advice = "compare torch.arange with all bounds at once and fill by that mask"
    return Match("scatter", ops, f"spans of {spans[0].target} set to one value", advice)


RULE = Rule(
    code="LS403",
    name="span-fill",
    summary="A span of each row is filled with one value",
    order=67,
    match=match,
    doc=__doc__,
)
