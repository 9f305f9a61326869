"""A triangle or band of a matrix is filled by comparing counters.

What it does:
    Reports loops that store one value where the counters compare, or up to the counter in each
    row: causal masks, triangles, bands.

Why is this slow:
    Every element pays Python and dispatcher cost to become a constant.

Example::

    for i in range(n):
        for j in range(i + 1):
            mask[i, j] = 1

Use instead::

    mask = torch.ones(n, n).tril()

When not to:
    The mask is for attention: pass ``is_causal=True`` and build none.

References:
    https://pytorch.org/docs/stable/generated/torch.tril.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.names import names_in


def match(subject: Subject) -> Match | None:
    """Recognise constants stored where counters compare."""
    facts = subject.facts
    stores = [s for s in facts.stores if s.constant]
    if not stores or len(stores) < len(facts.stores) or facts.carried:
        return None
    pairs = all(len(s.place.counters) == 2 for s in stores)
    rows = all({Index.COUNTER, Index.PREFIX} <= set(s.index) for s in stores)
    by_items = pairs and (_bounded_by_counter(facts) or _compares_counters(facts))
    if not by_items and not rows:
        return None
    return Match(
        "map",
        ("torch.tril", "torch.triu", "torch.arange", "broadcasting"),
        f"a triangle of {stores[0].target} set to one value",
        "use torch.tril or torch.triu of a full matrix",
    )


def _bounded_by_counter(facts: LoopFacts) -> bool:
    """Whether an inner ``range`` ends or begins at an outer counter."""
    ranges = [ast.parse(t, mode="eval") for h in facts.headers[1:] for t in h.iterates]
    return any(set(names_in(r)) & facts.counters for r in ranges)


def _compares_counters(facts: LoopFacts) -> bool:
    return any(
        isinstance(node, ast.Compare) and len(set(names_in(node)) & facts.counters) == 2
        for condition in facts.conditions
        for node in ast.walk(condition.test)
    )


RULE = Rule(
    code="LS413",
    name="triangle",
    summary="A triangle or band of a matrix is filled by comparing counters",
    order=64,
    match=match,
    doc=__doc__,
)
