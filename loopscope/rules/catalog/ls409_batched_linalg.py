"""A linear-algebra routine is called for one matrix at a time.

What it does:
    Reports solves, inverses and factorizations of one matrix each.

Why is this slow:
    Small matrices: the call costs more than the work.

Example::

    for i in range(len(A)):
        out[i] = torch.inverse(A[i])

Use instead::

    out = torch.linalg.inv(A)

When not to:
    Matrices have different sizes.

References:
    https://pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import LINALG, PRODUCTS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise linear algebra that takes a batch."""
    facts = subject.facts
    ops = batched_ops(facts, LINALG)
    if not facts.produces or not ops:
        return None
    ops = tuple(dict.fromkeys((*subject.idioms, *ops, *batched_ops(facts, PRODUCTS))))
    return Match(
        "batched_call",
        ops,
        f"{ops[0]} of one matrix of {subject.source} at a time",
        f"call {ops[0]} once with a batch dimension",
    )


RULE = Rule(
    code="LS409",
    name="batched-linalg",
    summary="A linear-algebra routine is called for one matrix at a time",
    order=80,
    match=match,
    doc=__doc__,
)
