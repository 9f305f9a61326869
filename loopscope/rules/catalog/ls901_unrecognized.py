"""A hot loop that no other rule recognises.

What it does:
    Reports what was seen, so that a hot loop is never passed over in silence. Where a rewrite is
    verified and at least three times as fast, it is a loop to act on.

Why is this slow:
    Many small ops, each with its own Python and dispatcher cost.

Example::

    for item in items:
        handle(item)

Use instead::

    handle = torch.compile(handle)  # or torch.vmap over a batch

When not to:
    The loop is as you want it.

References:
    https://pytorch.org/docs/stable/generated/torch.vmap.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Say what was seen without pretending to know more."""
    seen = ", ".join(name.removeprefix("aten::") for name, _ in subject.cost.op_counts[:3])
    advice = "torch.vmap over a batch, or torch.compile, may serve"
    return Match(
        "unknown",
        ("torch.vmap", "torch.compile"),
        f"many small ops ({seen})",
        advice,
        actionable=False,
    )


RULE = Rule(
    code="LS901",
    name="unrecognized",
    summary="A hot loop that no other rule recognises",
    order=99,
    match=match,
    doc=__doc__,
)
