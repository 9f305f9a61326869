"""The diagonal of a matrix is read or written item by item.

What it does:
    Reports subscripts that use one counter twice.

Why is this slow:
    Every element pays Python and dispatcher cost; the diagonal is a view.

Example::

    for b in range(len(v)):
        for i in range(v.shape[1]):
            out[b, i, i] = v[b, i]

Use instead::

    out = torch.diag_embed(v)  # to read: x.diagonal(dim1=-2, dim2=-1)

When not to:
    The matrix is only multiplied with afterwards: multiply by the vector, and build none.

References:
    https://pytorch.org/docs/stable/generated/torch.diag_embed.html
    https://pytorch.org/docs/stable/generated/torch.diagonal.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Access


def match(subject: Subject) -> Match | None:
    """Recognise stores to a diagonal, and reads of one."""
    facts = subject.facts
    written = [s.target for s in facts.stores if _is_diagonal(s.place)]
    read = [r.name for r in facts.reads if _is_diagonal(r)]
    if written:
        name, ops = written[0], ("torch.diag_embed", "torch.diagonal", "Tensor.fill_diagonal_")
        advice = f"use torch.diag_embed, or store into {name}.diagonal(dim1=-2, dim2=-1)"
        return Match("scatter", ops, f"diagonal of {name} written item by item", advice)
    if read and not facts.sequential:
        ops = ("torch.diagonal", "torch.einsum", "torch.trace")
        advice = f"use {read[0]}.diagonal()"
        return Match("gather", ops, f"diagonal of {read[0]} read item by item", advice)
    return None


def _is_diagonal(access: Access) -> bool:
    used = [c for part in access.parts if part for c in part.coefficients]
    return len(used) > len(set(used))


RULE = Rule(
    code="LS414",
    name="diagonal",
    summary="The diagonal of a matrix is read or written item by item",
    order=54,
    match=match,
    doc=__doc__,
)
