"""A reduction or row operation is called for one row at a time.

What it does:
    Reports reductions, softmax, sorts and the like of one row each.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for r in x:
        out.append(r.sum())

Use instead::

    out = x.sum(dim=1)

When not to:
    Rows have different lengths.

References:
    https://pytorch.org/docs/stable/torch.html#reduction-ops
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import REDUCTIONS, ROWS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject

# ``torch.stack`` joins what the loop made, the others work on each item.
_NOT_OF_ROWS = {"torch.stack", "torch.clamp", "torch.round"}


def match(subject: Subject) -> Match | None:
    """Recognise row-wise reductions and maps."""
    facts = subject.facts
    ops = (*subject.idioms, *batched_ops(facts, REDUCTIONS, ROWS))
    of_rows = [op for op in ops if op not in _NOT_OF_ROWS]
    if not facts.produces or not of_rows:
        return None
    pieces = (
        ("torch.reshape",)
        if any(h.call.endswith(("chunk", "split")) for h in facts.headers)
        else ()
    )
    advice = f"call {of_rows[0]} once with dim= over {subject.source}"
    return Match(
        "map",
        tuple(dict.fromkeys((*pieces, *ops, "broadcasting", "torch.vmap"))),
        f"{of_rows[0]} of one row of {subject.source} at a time",
        advice,
    )


RULE = Rule(
    code="LS304",
    name="row-wise",
    summary="A reduction or row operation is called for one row at a time",
    order=87,
    match=match,
    doc=__doc__,
)
