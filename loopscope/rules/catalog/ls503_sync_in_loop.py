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

import ast

from loopscope.model.hotspot import Symptom
from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import last_name

_READS = {"item", "tolist", "float", "int", "bool"}


def match(subject: Subject) -> Match | None:
    """Recognise a sync in every iteration."""
    facts = subject.facts
    if Symptom.SYNC not in subject.cost.symptoms or not facts.calls & _READS:
        return None
    if facts.stores or not all(_is_read(a.value) for a in facts.appends):
        return None
    return Match(
        "sync",
        ("torch.stack", "Tensor.tolist", "Tensor.item"),
        "a value is read on the host in every iteration",
        "keep values in tensors and call .tolist() or .item() once after the loop",
    )


def _is_read(value: ast.expr) -> bool:
    """Whether it is a value on the host: ``v.item()``, ``float(v)``."""
    return isinstance(value, ast.Call) and last_name(value.func) in _READS


RULE = Rule(
    code="LS503",
    name="sync-in-loop",
    summary="Every iteration waits for a value from the device",
    order=83,
    match=match,
    doc=__doc__,
)
