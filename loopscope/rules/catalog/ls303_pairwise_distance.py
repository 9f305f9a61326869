"""Distances are computed pair by pair.

What it does:
    Reports distances between items of two sets in nested loops, or a distance matrix an item.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i in range(len(a)):
        for j in range(len(b)):
            out[i, j] = (a[i] - b[j]).norm()

Use instead::

    out = torch.cdist(a, b)

When not to:
    Points lie close together and far from the origin: broadcast instead.

References:
    https://pytorch.org/docs/stable/generated/torch.cdist.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise pairwise distances."""
    facts = subject.facts
    nested = facts.num_loops >= 2 and "Sub" in facts.operators
    distance = (
        facts.calls & {"norm", "dot", "dist", "pairwise_distance", "square"}
        or "Pow" in facts.operators
    )
    summed = facts.calls & {"norm", "dot", "dist", "pairwise_distance", "sum"}
    if "cdist" not in facts.calls and not (nested and distance and summed):
        return None
    extra = (
        ("torch.amin",) if "min" in facts.calls else ("torch.exp",) if "exp" in facts.calls else ()
    )
    return Match(
        "pairwise",
        ("torch.cdist", "broadcasting", *extra),
        f"pairwise distances over {subject.source}",
        "use torch.cdist over the whole batch",
    )


RULE = Rule(
    code="LS303",
    name="pairwise-distance",
    summary="Distances are computed pair by pair",
    order=76,
    match=match,
    doc=__doc__,
)
