"""A running value starts anew where a test holds.

What it does:
    Reports a sum, count or smoothed value that is carried along and set anew at some items:
    positions in packed sequences, streaks, returns of episodes.

Why is this slow:
    Every test of an item waits for its value on the host, though where the value starts anew is
    known for all items at once.

Example::

    for t in range(len(done)):
        if done[t]:
            p = 0
        position[t] = p
        p += 1

Use instead::

    t = torch.arange(len(done))
    position = t - torch.where(done, t, 0).cummax(0).values

When not to:
    The test reads the running value itself: then each step needs the one before.

References:
    https://pytorch.org/docs/stable/generated/torch.cummax.html
    https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise a scan that starts anew."""
    carried = [c for c in subject.facts.carried if not c.counter]
    anew = [c for c in carried if c.update is Update.RESTARTED]
    if not anew or len(anew) < len(carried):
        return None
    return Match(
        "scan",
        (
            "torch.cumsum",
            "torch.cummax",
            "Tensor.index_add_",
            "torch.where",
            "associative_scan",
        ),
        f"{anew[0].name} starts anew where a test holds",
        "find the latest start by a running maximum (torch.cummax), or add up each run with "
        "index_add_ over torch.cumsum of the test",
    )


RULE = Rule(
    code="LS109",
    name="restarted-scan",
    summary="A running value starts anew where a test holds",
    order=51,
    match=match,
    doc=__doc__,
)
