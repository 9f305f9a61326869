"""Mean and variance are updated item by item.

What it does:
    Reports a sum that is kept beside the sum of squares, and Welford's update of mean and
    variance.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for v in x:
        total = total + v
        squares = squares + v * v

Use instead::

    variance, mean = torch.var_mean(x, correction=0)

When not to:
    The data does not fit into memory: then reduce one chunk at a time. Match ``correction`` to
    the loop's divisor. ``squares / n - mean**2`` loses digits that ``var_mean`` keeps.

References:
    https://pytorch.org/docs/stable/generated/torch.var_mean.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.idioms import is_square
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Carried, LoopFacts
from loopscope.source.loop import dotted
from loopscope.source.names import names_in
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise sums of items and of their squares, and running means."""
    facts = subject.facts
    if facts.stores or any(c.observed for c in facts.carried):
        return None
    means = [c.name for c in facts.carried if _is_running_mean(c, facts)]
    sums = [c for c in facts.carried if c.update is Update.ADD]
    squares = [b.name for a in sums for b in sums if is_square(b.term, a.term)]
    if (not means and not squares) or len(means) + len(sums) < len(facts.carried):
        return None
    spread = squares or sums
    op = "torch.var_mean" if spread else "torch.mean"
    ops = ("torch.var_mean", "torch.var", "torch.std", "torch.mean", "torch.sum")
    return Match(
        "reduction",
        ops if spread else ("torch.mean",),
        f"statistics of {subject.source} in {(means or squares)[0]}",
        f"use {op}, with correction=0 where the loop divides by the number of items",
    )


def _is_running_mean(carried: Carried, facts: LoopFacts) -> bool:
    """Whether it is ``m + (x - m) / n`` with an ``n`` that counts."""
    match carried.term:
        case ast.BinOp(
            left=left,
            op=ast.Add(),
            right=ast.BinOp(left=ast.BinOp(op=ast.Sub(), right=last), op=ast.Div(), right=n),
        ):
            is_mean = dotted(left) == carried.name == dotted(last)
            return is_mean and bool(set(names_in(n)) & facts.counters)
        case _:
            return False


RULE = Rule(
    code="LS307",
    name="running-statistics",
    summary="Mean and variance are updated item by item",
    order=48,
    match=match,
    doc=__doc__,
)
