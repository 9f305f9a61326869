"""A while loop runs until a value computed in it says stop.

What it does:
    Reports a ``while`` whose test reads what its body writes.

Why is this slow:
    Each test of a tensor waits for its value; nothing can be batched over the steps.

Example::

    while residual.norm() > tol:
        x, residual = step(x, residual)

Use instead::

    step = torch.compile(step)  # and test every k steps

When not to:
    The loop is right as it is: this is advice.

References:
    https://pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Advise on a loop whose length its own data decides."""
    facts = subject.facts
    if not facts.data_dependent:
        return None
    carried = facts.sequential or (facts.carried[0] if facts.carried else None)
    name = carried.name if carried else "its test"
    ops: tuple[str, ...] = (
        "torch.compile",
        "check_convergence_less_often",
        "batch_right_hand_sides",
        "keep_as_is",
    )
    summary = f"{name} decides when the loop ends"
    advice = "compile the body with torch.compile and test for convergence every few steps"
    if {"minimum", "maximum"} <= facts.calls and "numel" in facts.calls:
        ops = ("torchvision.ops.nms", "torchvision.ops.box_iou", *ops)
        advice = "for boxes call torchvision.ops.nms; else compile the body with torch.compile"
    return Match("data_dependent_while", ops, summary, advice, actionable=False)


RULE = Rule(
    code="LS601",
    name="data-dependent-while",
    summary="A while loop runs until a value computed in it says stop",
    order=10,
    match=match,
    doc=__doc__,
)
