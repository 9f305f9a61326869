"""A loop stores the running maximum, minimum or product.

What it does:
    Reports a maximum, minimum, product or logsumexp that is kept at every step.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i in range(len(x)):
        m = torch.maximum(m, x[i])
        out[i] = m

Use instead::

    out = torch.cummax(x, dim=0).values

When not to:
    Gradients of ties differ.

References:
    https://pytorch.org/docs/stable/generated/torch.cummax.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update

_SCANS = {
    Update.MAX: ("torch.cummax", "maximum"),
    Update.MIN: ("torch.cummin", "minimum"),
    Update.MUL: ("torch.cumprod", "product"),
    Update.LOGADDEXP: ("torch.logcumsumexp", "logsumexp"),
}


def match(subject: Subject) -> Match | None:
    """Recognise a scan by maximum, minimum, product or logsumexp."""
    for carried in subject.facts.carried:
        if carried.update in _SCANS and carried.observed:
            op, word = _SCANS[carried.update]
            source = subject.source
            reverse = subject.facts.headers[0].reverse
            call = f"{op}({source}.flip(0), dim=0)" if reverse else f"{op}({source}, dim=0)"
            ops = (op, "torch.flip") if reverse else (op,)
            return Match("scan", ops, f"running {word} of {source}", f"use {call}")
    return None


RULE = Rule(
    code="LS105",
    name="running-extremum",
    summary="A loop stores the running maximum, minimum or product",
    order=51,
    match=match,
    doc=__doc__,
)
