"""A loop folds its items into one value.

What it does:
    Reports a sum, product, extremum or logical fold over items.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    total = 0
    for v in x:
        total += v * w

Use instead::

    total = (x * w).sum()

When not to:
    The order of float additions must stay.

References:
    https://pytorch.org/docs/stable/generated/torch.sum.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import PRODUCTS, REDUCTIONS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index
from loopscope.source.update import Update

_FOLDS = {
    Update.ADD: "torch.sum",
    Update.MUL: "torch.prod",
    Update.MAX: "torch.max",
    Update.MIN: "torch.min",
    Update.OR: "torch.any",
    Update.AND: "torch.all",
    Update.LOGADDEXP: "torch.logsumexp",
}

_OF_ROWS = {Update.MAX: ("torch.amax",), Update.MIN: ("torch.amin",)}
_CONSUMERS = {"sum": Update.ADD, "prod": Update.MUL, "max": Update.MAX, "min": Update.MIN}


def match(subject: Subject) -> Match | None:
    """Recognise a fold whose last value alone is used."""
    facts = subject.facts
    folds = [c for c in facts.carried if c.update in _FOLDS and not c.counter and not c.scatters]
    moving = [s for s in facts.stores if s.place.counters or Index.GATHER in s.index]
    if moving or not (folds or facts.consumer in _CONSUMERS):
        return None
    form = folds[0].update if folds else _CONSUMERS[facts.consumer]
    op, name, advice = _FOLDS[form], form.value, ""
    if form is Update.MUL and "BitXor" in facts.operators:
        op, name, advice = "torch.sum", "exclusive or", "add up all truth values: the sum % 2"
    rows = _OF_ROWS.get(form, ())
    dot = ("torch.dot",) if "Mult" in facts.operators and form is Update.ADD else ()
    picked = ("torch.gather", "advanced_indexing") if facts.reads_by(Index.GATHER) else ()
    chosen = ("torch.where",) if facts.has_branch else ()
    whole = batched_ops(facts, PRODUCTS, REDUCTIONS)
    where = f" in {folds[0].name}" if folds else ""
    return Match(
        "reduction",
        tuple(dict.fromkeys((op, *rows, *dot, *subject.idioms, *whole, *picked, *chosen))),
        f"{name} over {subject.source}{where}",
        advice or f"compute all terms at once and use {op}",
    )


RULE = Rule(
    code="LS302",
    name="reduction",
    summary="A loop folds its items into one value",
    order=62,
    match=match,
    doc=__doc__,
)
