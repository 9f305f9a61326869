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

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise spans filled with a constant."""
    facts = subject.facts
    counters = {name for h in facts.headers for name in (h.counter, *h.indices)}
    spans = [s for s in facts.stored(Index.RAGGED) if s.constant or _is_one_of(counters, s.value)]
    moving = (*facts.stored(Index.WINDOW), *facts.stored(Index.PREFIX))
    spans = spans or [s for s in moving if s.constant]
    if not spans:
        return None
    ops: tuple[str, ...] = ("broadcasting", "torch.arange", "torch.where", "Tensor.masked_fill")
    several = spans[0].index.count(Index.RAGGED) >= 2 and facts.reads_by(Index.COUNTER)
    if several or not spans[0].constant:
        ops = ("torch.repeat_interleave", *ops)
    advice = "compare torch.arange with all bounds at once and fill by that mask"
    if not spans[0].constant:
        advice = "repeat each number as often as its span is long with torch.repeat_interleave"
    return Match("scatter", ops, f"spans of {spans[0].target} set to one value", advice)


def _is_one_of(counters: set[str], value: ast.expr) -> bool:
    """``owner[at : at + n] = i``."""
    return isinstance(value, ast.Name) and value.id in counters


RULE = Rule(
    code="LS403",
    name="span-fill",
    summary="A span of each row is filled with one value",
    order=67,
    match=match,
    doc=__doc__,
)
