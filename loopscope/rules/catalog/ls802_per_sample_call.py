"""A module or function is called for one sample at a time.

What it does:
    Reports calls of a layer or helper with one item each.

Why is this slow:
    A layer on one sample is nearly as dear as on a batch.

Example::

    for x in batch:
        out.append(net(x))

Use instead::

    out = net(batch)

When not to:
    The module has batch statistics or dropout in training mode.

References:
    https://pytorch.org/docs/stable/generated/torch.vmap.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import LAYERS, REDUCTIONS, ROWS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise layers that are called per sample."""
    if not subject.facts.produces or not subject.observed(*LAYERS):
        return None
    ops = ("batched_call", "torch.vmap", *batched_ops(subject.facts, REDUCTIONS, ROWS))
    return Match(
        "batched_call",
        ops,
        f"layers run on one item of {subject.source} at a time",
        "call the module once with a batch dimension, or torch.vmap",
    )


RULE = Rule(
    code="LS802",
    name="per-sample-call",
    summary="A module or function is called for one sample at a time",
    order=86,
    match=match,
    doc=__doc__,
)
