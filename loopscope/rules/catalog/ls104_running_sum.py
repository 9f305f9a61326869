"""A loop stores the running sum of its items.

What it does:
    Reports a sum that is carried along and kept at every step.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    s = 0
    for i in range(len(x)):
        s += x[i]
        out[i] = s

Use instead::

    out = torch.cumsum(x, dim=0)

When not to:
    Long half-precision sums: pass ``dtype=torch.float32``.

References:
    https://pytorch.org/docs/stable/generated/torch.cumsum.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import root_name
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise an additive scan."""
    for carried in subject.facts.carried:
        if carried.update is Update.ADD and carried.observed and not carried.counter:
            if _is_fixed(carried.term, subject):
                continue  # it counts
            source = subject.source
            summary = f"running sum of {source}"
            return Match("scan", ("torch.cumsum",), summary, f"use torch.cumsum({source}, dim=0)")
    return None


def _is_fixed(term: ast.expr, subject: Subject) -> bool:
    """Whether the same is added in every iteration."""
    items = {name for header in subject.facts.headers for name in header.elements}
    return isinstance(term, ast.Name | ast.Attribute) and root_name(term) not in items


RULE = Rule(
    code="LS104",
    name="running-sum",
    summary="A loop stores the running sum of its items",
    order=50,
    match=match,
    doc=__doc__,
)
