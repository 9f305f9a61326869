"""Attention is computed for one head or item at a time.

What it does:
    Reports a softmax of a product that is multiplied with a third matrix, in a loop.

Why is this slow:
    A head is small: the calls cost more than the work. A head dimension, and one fused kernel,
    does all.

Example::

    for h in range(heads):
        s = slice(h * d, (h + 1) * d)
        weight = (q[..., s] @ k[..., s].mT / d**0.5).softmax(-1)
        out.append(weight @ v[..., s])

Use instead::

    q, k, v = (z.unflatten(-1, (heads, d)).transpose(1, 2) for z in (q, k, v))
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(-2)

When not to:
    The weights themselves are wanted, or the scale is not ``1 / sqrt(d)``: pass ``scale=``.
    A mask is True where it keeps.

References:
    https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject

_ATTENTION = "torch.nn.functional.scaled_dot_product_attention"


def match(subject: Subject) -> Match | None:
    """Recognise softmax attention by its expression."""
    if not subject.facts.produces or _ATTENTION not in subject.idioms:
        return None
    return Match(
        "batched_call",
        (_ATTENTION, "torch.matmul", "torch.softmax", "Tensor.unflatten"),
        "attention of one head or item at a time",
        f"give heads and items a dimension and call {_ATTENTION} once",
    )


RULE = Rule(
    code="LS803",
    name="attention-heads",
    summary="Attention is computed for one head or item at a time",
    order=61,
    match=match,
    doc=__doc__,
)
