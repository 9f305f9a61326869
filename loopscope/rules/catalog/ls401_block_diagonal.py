"""Blocks are written along a diagonal at running offsets.

What it does:
    Reports slice stores whose offsets move along by the size of each block.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for b in blocks:
        big[r:r + b.shape[0], c:c + b.shape[1]] = b
        r += b.shape[0]
        c += b.shape[1]

Use instead::

    big = torch.block_diag(*blocks)

When not to:
    The dense result is not needed.

References:
    https://pytorch.org/docs/stable/generated/torch.block_diag.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise stores at two running offsets."""
    facts = subject.facts
    offsets = [c for c in facts.carried if c.counter]
    blocks = [s for s in facts.stores if s.index.count(Index.RAGGED) >= 2]
    if len(offsets) < 1 or not blocks:
        return None
    source = subject.source
    return Match(
        "scatter",
        ("torch.block_diag",),
        f"{source} placed along the diagonal of {blocks[0].target}",
        f"use torch.block_diag(*{source})",
    )


RULE = Rule(
    code="LS401",
    name="block-diagonal",
    summary="Blocks are written along a diagonal at running offsets",
    order=65,
    match=match,
    doc=__doc__,
)
