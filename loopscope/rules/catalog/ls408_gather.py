"""Items are picked one by one by an index.

What it does:
    Reports reads at subscripts that come from data.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i, n in enumerate(idx):
        out.append(h[i, n])

Use instead::

    out = h[torch.arange(len(idx)), idx]

When not to:
    Indices are negative: ``gather`` refuses them, ``[]`` does not.

References:
    https://pytorch.org/docs/stable/generated/torch.gather.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.header import Header
from loopscope.source.names import names_in


def match(subject: Subject) -> Match | None:
    """Recognise gathers, also in nested and triangular loops."""
    facts = subject.facts
    picked = [read.name for read in facts.reads if Index.GATHER in read.index]
    if not picked and _collects_slices(facts):
        return Match(
            "gather",
            ("advanced_indexing", "Tensor.select", "torch.index_select"),
            f"slices of {subject.source} collected one by one",
            f"slice {subject.source} as a whole",
        )
    if not picked or not (facts.stores or facts.appends):
        return None
    ops = ["advanced_indexing", "torch.gather", "torch.index_select", "torch.take_along_dim"]
    if _triangular(facts.headers):
        ops.insert(1, "torch.triu_indices")
    name = picked[0] or subject.source
    return Match(
        "gather",
        tuple(ops),
        f"items of {name} picked by index",
        f"index {name} with the whole index tensor",
    )


def _collects_slices(facts: LoopFacts) -> bool:
    """``torch.stack([row[-1] for row in x])``: nothing is done but to take and to join."""
    values = [append.value for append in facts.appends]
    taken = all(
        isinstance(v, ast.Subscript)
        and set(names_in(v)) & facts.counters
        and not any(isinstance(n, ast.Call) for n in ast.walk(v))
        for v in values
    )
    return bool(values and facts.joins & {"stack", "cat"}) and taken and not facts.carried


def _triangular(headers: tuple[Header, ...]) -> bool:
    """Whether an inner loop's bounds use an outer loop's counter."""
    for k, outer in enumerate(headers):
        for inner in headers[k + 1 :]:
            words = " ".join(inner.iterates).replace("(", " ").replace(",", " ").split()
            if inner.call == "range" and outer.indices & set(words):
                return True
    return False


RULE = Rule(
    code="LS408",
    name="gather",
    summary="Items are picked one by one by an index",
    order=78,
    match=match,
    doc=__doc__,
)
