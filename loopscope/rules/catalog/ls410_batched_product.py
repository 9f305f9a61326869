"""A product is computed for one item at a time.

What it does:
    Reports dot, outer and matrix products of one item each.

Why is this slow:
    Small products: the call costs more than the work.

Example::

    for u, v in zip(a, b):
        out.append(torch.outer(u, v))

Use instead::

    out = torch.einsum('bi,bj->bij', a, b)

When not to:
    Items have different shapes.

References:
    https://pytorch.org/docs/stable/generated/torch.einsum.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import PRODUCTS, REDUCTIONS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise products that take a batch."""
    facts = subject.facts
    ops = batched_ops(facts, PRODUCTS)
    if not facts.produces or not ops:
        return None
    reductions = batched_ops(facts, REDUCTIONS)
    ops = (*subject.idioms, *ops, "torch.bmm", "torch.matmul", "torch.einsum", *reductions)
    ops = tuple(dict.fromkeys(ops))
    return Match(
        "contraction",
        ops,
        f"product of one item of {subject.source} at a time",
        f"use {ops[0]} with a batch dimension",
    )


RULE = Rule(
    code="LS410",
    name="batched-product",
    summary="A product is computed for one item at a time",
    order=81,
    match=match,
    doc=__doc__,
)
