"""Overlaps of boxes are computed pair by pair.

What it does:
    Reports intersections of two sets of boxes in nested loops.

Why is this slow:
    Every pair pays Python and dispatcher cost for four numbers; with an axis for each set, one
    op does all pairs.

Example::

    for i in range(len(a)):
        for j in range(len(b)):
            size = torch.minimum(a[i, 2:], b[j, 2:]) - torch.maximum(a[i, :2], b[j, :2])
            out[i, j] = size.clamp(min=0).prod()

Use instead::

    size = torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])
    out = size.clamp(min=0).prod(-1)  # torchvision.ops.box_iou has the ratio

When not to:
    Pairs are more than fit into memory: take one set in chunks.

References:
    https://pytorch.org/vision/stable/generated/torchvision.ops.box_iou.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject

_LOW, _HIGH = {"maximum", "max"}, {"minimum", "min"}


def match(subject: Subject) -> Match | None:
    """Recognise the sizes of intersections over pairs."""
    facts = subject.facts
    pairs = facts.num_loops >= 2 and len({r.counters for r in facts.reads if r.counters}) >= 2
    sizes = facts.calls & _LOW and facts.calls & _HIGH and "Sub" in facts.operators
    area = facts.calls & {"prod"} or "Mult" in facts.operators
    if not (pairs and sizes and area and "clamp" in facts.calls | _clamps(subject)):
        return None
    return Match(
        "pairwise",
        ("torchvision.ops.box_iou", "broadcasting", "torch.clamp"),
        f"overlaps of boxes of {subject.source} pair by pair",
        "use torchvision.ops.box_iou, or give each set an axis with [:, None]",
    )


def _clamps(subject: Subject) -> set[str]:
    """``max(0, size)`` is a clamp too."""
    return {"clamp"} if {"max", "min"} <= subject.facts.qualified else set()


RULE = Rule(
    code="LS306",
    name="box-overlap",
    summary="Overlaps of boxes are computed pair by pair",
    order=75,
    match=match,
    doc=__doc__,
)
