"""Every iteration waits for a value from the device.

What it does:
    Reports ``.item()``, ``int()`` and ``float()`` of tensors in a loop.

Why is this slow:
    The host waits until the device has caught up, each time.

Example::

    for v in xs:
        total += v.mean().item()

Use instead::

    total = torch.stack([v.mean() for v in xs]).sum().item()

When not to:
    The value decides what runs next.

References:
    https://pytorch.org/docs/stable/generated/torch.Tensor.item.html
"""

from __future__ import annotations

from loopscope.model.hotspot import Symptom
from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise a sync in every iteration."""
    if Symptom.SYNC not in subject.cost.symptoms or not subject.facts.calls & {
        "item",
        "tolist",
        "float",
        "int",
    }:
        return None
    return Match(
        "sync",
        ("torch.stack", "Tensor.item"),
        "a value is read on the host in every iteration",
        "keep values in tensors and call .item() once after the loop",
    )


RULE = Rule(
    code="LS503",
    name="sync-in-loop",
    summary="Every iteration waits for a value from the device",
    order=89,
    match=match,
    doc=__doc__,
)
