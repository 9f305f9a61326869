"""Each step scales the last value and adds a new one.

What it does:
    Reports a carried value that is affine in itself: smoothing, momentum, discounted sums.

Why is this slow:
    The step is associative, so all steps together are a convolution or a scan.

Example::

    for t in range(len(x)):
        h = a * h + x[t]
        out[t] = h

Use instead::

    t = torch.arange(len(x), dtype=x.dtype)
    out = (a ** (t[:, None] - t).clamp(min=0)).tril() @ x

When not to:
    The factor depends on the carried value.

References:
    https://pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise an affine recurrence."""
    facts = subject.facts
    for carried in facts.carried:
        if carried.update in (Update.AFFINE, Update.MATMUL):
            # A step that takes in nothing new is iterated for its limit: descent, diffusion.
            grows = carried.observed or carried.update is Update.MATMUL
            takes_items = any(read.counters for read in facts.reads)
            ops: tuple[str, ...] = (
                "associative_scan",
                "torch.nn.functional.conv1d",
                "torch.cumsum",
                "torch.matmul",
            )
            summary = f"linear recurrence in {carried.name}"
            advice = "scan all steps together: a decay kernel (conv1d or a triangular matmul)"
            if carried.update is Update.MATMUL and not carried.observed:
                ops = ("torch.linalg.matrix_power", "torch.linalg.multi_dot")
                advice = "use torch.linalg.matrix_power or torch.linalg.multi_dot"
            actionable = grows or takes_items
            return Match("affine_recurrence", ops, summary, advice, actionable=actionable)
    return None


RULE = Rule(
    code="LS106",
    name="linear-recurrence",
    summary="Each step scales the last value and adds a new one",
    order=52,
    match=match,
    doc=__doc__,
)
