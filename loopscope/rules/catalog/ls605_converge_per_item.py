"""Each item is iterated until it has converged.

What it does:
    Reports an inner ``while`` that stops when its own item is done.

Why is this slow:
    Every step of every item waits for its test on the host, though items do not need each other.

Example::

    for i in range(len(x)):
        y = x[i]
        while (y * y - x[i]).abs() > tol:
            y = (y + x[i] / y) / 2
        out[i] = y

Use instead::

    y = x.clone()
    while (active := (y * y - x).abs() > tol).any():
        y = torch.where(active, (y + x / y) / 2, y)

When not to:
    Some items need many more steps than the others: all are computed until the last is done.

References:
    https://pytorch.org/docs/stable/generated/torch.where.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Inner


def match(subject: Subject) -> Match | None:
    """Advise on a loop over items that each decide how long they take."""
    facts = subject.facts
    if facts.inner is not Inner.CONVERGENCE or facts.data_dependent:
        return None
    return Match(
        "data_dependent_while",
        ("torch.where", "check_convergence_less_often", "fixed_iteration_count", "torch.compile"),
        f"each item of {subject.source} decides how long it is iterated",
        "step all items together and freeze the finished ones with torch.where",
        actionable=False,
    )


RULE = Rule(
    code="LS605",
    name="converge-per-item",
    summary="Each item is iterated until it has converged",
    order=12,
    match=match,
    doc=__doc__,
)
