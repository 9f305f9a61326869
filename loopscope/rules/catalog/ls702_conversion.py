"""Arrays or numbers become tensors one by one.

What it does:
    Reports ``torch.tensor``, ``from_numpy`` and copies to a device in a loop.

Why is this slow:
    Each small conversion or copy costs a call, and on a GPU a transfer.

Example::

    for a in arrays:
        out.append(torch.from_numpy(a))

Use instead::

    out = torch.from_numpy(numpy.stack(arrays))

When not to:
    The arrays have different shapes.

References:
    https://pytorch.org/docs/stable/generated/torch.from_numpy.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise conversions and host-to-device copies per item."""
    facts = subject.facts
    source = subject.source
    if facts.calls & {"from_numpy", "as_tensor", "tensor"} and facts.appends:
        ops = ("numpy.stack", "torch.from_numpy", "torch.as_tensor", "torch.stack")
        # Only what is stacked has one shape: lists of words have not.
        return Match(
            "growth",
            ops,
            f"{source} converted one by one",
            f"convert once: torch.from_numpy(numpy.stack({source}))",
            actionable="stack" in facts.joins,
        )
    if facts.calls & {"cuda"} or (
        "to" in facts.calls
        and subject.observed("to", "_to_copy")
        and "device" in str(sorted(facts.qualified))
    ):
        return Match(
            "copy",
            ("torch.stack", "Tensor.to"),
            f"{source} copied to the device one by one",
            "stack on the host and copy once",
        )
    return None


RULE = Rule(
    code="LS702",
    name="conversion",
    summary="Arrays or numbers become tensors one by one",
    order=79,
    match=match,
    doc=__doc__,
)
