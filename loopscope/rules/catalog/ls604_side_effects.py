"""The body does more than compute tensors.

What it does:
    Reports a hot loop that calls something with effects of its own.

Why is this slow:
    Such a body cannot be batched before the effects are taken apart from the tensor work.

Example::

    for _ in range(n):
        obs, reward = env.step(policy(obs))

Use instead::

    # step many environments at once and batch the policy's input

When not to:
    The effects are wanted in this order.

References:
    https://pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Advise on a loop with calls whose effects are not known."""
    effects = subject.facts.effects
    if not effects:
        return None
    summary = f"{effects[0]}() may change more than its result"
    advice = "move the tensor work out of the loop, or compile the body with torch.compile"
    return Match("effects", ("keep_as_is", "torch.compile"), summary, advice, actionable=False)


RULE = Rule(
    code="LS604",
    name="side-effects",
    summary="The body does more than compute tensors",
    order=35,
    match=match,
    doc=__doc__,
)
