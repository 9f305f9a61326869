"""Each iteration draws its own random numbers.

What it does:
    Reports a loop whose body draws random numbers: Monte Carlo, random walks, sampling by row.
    Where the draws of all iterations have one shape and nothing sequential uses them, one call
    can draw them all.

Why is this slow:
    Every draw is a call for a few numbers, and what is computed from it runs at that size, too.

Example::

    for _ in range(n):
        p = torch.rand(m, 2)
        hits.append((p.norm(dim=1) < 1).float().mean())

Use instead::

    p = torch.rand(n, m, 2)
    hits = (p.norm(dim=2) < 1).float().mean(1)

When not to:
    Results must be the same numbers for the same seed: one large draw has the same distribution,
    but fills in another order. Chains that depend on their last state stay sequential: run more
    chains in one batch.

References:
    https://pytorch.org/docs/stable/notes/randomness.html
    https://pytorch.org/docs/stable/generated/torch.multinomial.html
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from loopscope.model.match import Match
from loopscope.rules.batched_ops import LAYERS, REDUCTIONS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.callees import RANDOM
from loopscope.source.facts import LoopFacts
from loopscope.source.names import bound_names, last_name, names_in
from loopscope.source.update import Update

_FROM_DATA = {"multinomial", "bernoulli", "normal"}
_STEPS = ("matmul", "mm", "addmm", "linear")  # of a model that is fed with made-up data


def match(subject: Subject) -> Match | None:
    """Recognise draws that one call can make, and advise on the others."""
    facts = subject.facts
    if not facts.random:
        return None
    draws = [n for e in facts.expressions for n in ast.walk(e) if _is_draw(n)]
    names = dict.fromkeys(last_name(draw.func) for draw in draws)
    ops = tuple(f"torch.{name}" for name in names) or ("torch.rand",)
    if "randperm" in names:  # a permutation for each row: the order of random keys
        ops = ("torch.rand", "torch.argsort", "torch.gather", *ops)
    summary = "random numbers drawn in every iteration"
    if _batches(subject, draws):
        scans = [c for c in facts.carried if c.update is Update.ADD]
        then = ("torch.cumsum" if scans[0].observed else "torch.sum",) if scans else ()
        advice = f"draw all in one {ops[0]} before the loop: same distribution, other values"
        return Match("random", (*ops, *then, *batched_ops(facts, REDUCTIONS)), summary, advice)
    ops = (*ops, "torch.randn", "torch.rand", "torch.multinomial", "more_chains_in_batch")
    advice = "draw what has one shape before the loop, or run more chains in one batch"
    return Match("random", tuple(dict.fromkeys(ops)), summary, advice, actionable=False)


def _batches(subject: Subject, draws: list[ast.Call]) -> bool:
    """Whether all draws have one shape, and more is done with them than to keep them."""
    facts = subject.facts
    if facts.sequential or facts.effects or not draws or subject.observed(*_STEPS, *LAYERS):
        return False
    own = bound_names(subject.loop.node) | facts.counters
    from_data = [d for d in draws if last_name(d.func) in _FROM_DATA]
    same_shape = all(
        d in from_data or not {n for a in d.args for n in names_in(a)} & own for d in draws
    )
    return same_shape and (bool(from_data) or _works(facts))


def _works(facts: LoopFacts) -> bool:
    """Whether draws are added up, reduced, compared or meet data: to make data is no slow loop."""
    nodes = [node for value in facts.values for node in ast.walk(value)]
    reduced = any(isinstance(n, ast.Call) and last_name(n.func) in REDUCTIONS for n in nodes)
    compared = bool(facts.conditions) or any(isinstance(n, ast.Compare) for n in nodes)
    return bool(facts.carried or facts.reads) or reduced or compared


def _is_draw(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and last_name(node.func) in RANDOM


RULE = Rule(
    code="LS603",
    name="random-draws",
    summary="Each iteration draws its own random numbers",
    order=30,
    match=match,
    doc=__doc__,
)
