"""Each item's bin is looked up by a search over the edges.

What it does:
    Reports an inner loop that walks over one sorted list of edges until it has passed an item.

Why is this slow:
    Items times edges comparisons, each of which waits for its value on the host.

Example::

    for i in range(len(x)):
        k = 0
        while k < len(edges) and edges[k] <= x[i]:
            k += 1
        out[i] = k

Use instead::

    out = torch.bucketize(x, edges, right=True)

When not to:
    The edges are not sorted. Mind the closed side: ``<=`` is ``right=True``, ``<`` is not.

References:
    https://pytorch.org/docs/stable/generated/torch.bucketize.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Inner


def match(subject: Subject) -> Match | None:
    """Recognise a search over edges that are the same for every item."""
    facts = subject.facts
    if facts.inner is not Inner.SEARCH or not facts.produces:
        return None
    changed = {s.target for s in facts.stores} | {a.target for a in facts.appends}
    outer = {facts.headers[0].counter, *facts.headers[0].indices}
    for condition in facts.conditions:
        items = [r for r in condition.reads if r.counters & outer]
        edges = [r for r in condition.reads if r.counters and not r.counters & outer]
        if items and edges and edges[0].name not in changed:
            return Match(
                "search",
                ("torch.bucketize", "torch.searchsorted"),
                f"items of {items[0].name} sorted into the bins of {edges[0].name}",
                f"use torch.bucketize({items[0].name}, {edges[0].name})",
            )
    return None


RULE = Rule(
    code="LS305",
    name="bin-search",
    summary="Each item's bin is looked up by a search over the edges",
    order=13,
    match=match,
    doc=__doc__,
)
