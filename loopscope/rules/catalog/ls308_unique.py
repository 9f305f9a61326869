"""Values are counted or grouped by key, in a dict.

What it does:
    Reports counts by key in a dict, values that are kept when they have not been seen yet, and
    items that are grouped in lists by key.

Why is this slow:
    Every item is read on the host and hashed in Python.

Example::

    for v in x:
        counts[v.item()] = counts.get(v.item(), 0) + 1

Use instead::

    values, counts = x.unique(return_counts=True)

When not to:
    The order of first appearance matters: a dict keeps it, ``unique`` sorts.

References:
    https://pytorch.org/docs/stable/generated/torch.unique.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index
from loopscope.source.loop import dotted
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise counts in a dict and a set of what has been seen."""
    facts = subject.facts
    counted = [s.target for s in facts.stored(Index.GATHER) if s.augment is Update.ADD]
    if counted and subject.is_dict(counted[0]):
        return _answer(subject, f"values of {subject.source} counted in {counted[0]}")
    if any(_groups(node) for node in subject.loop.repeated()):
        return Match(
            "segment",
            ("torch.argsort", "torch.split", "torch.unique", "torch.index_add"),
            f"items of {subject.source} grouped by a key",
            "sort by the key once and split, or reduce groups with index_add or scatter_reduce",
        )
    for condition in facts.conditions:
        match condition.test:
            case ast.Compare(ops=[ast.NotIn() | ast.In()], comparators=[seen]):
                if dotted(seen) in facts.grown:
                    return _answer(subject, f"distinct values of {subject.source}")
    return None


def _groups(node: ast.AST) -> bool:
    """Whether it is ``groups[key].append(v)`` or ``groups.setdefault(key, []).append(v)``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Subscript(slice=key), attr="append")):
            return not isinstance(key, ast.Constant)
        case ast.Call(func=ast.Attribute(value=ast.Call(), attr="append")):
            return True
        case _:
            return False


def _answer(subject: Subject, summary: str) -> Match:
    ops = ("torch.unique", "torch.bincount")
    return Match("reduction", ops, summary, f"use {subject.source}.unique(return_counts=True)")


RULE = Rule(
    code="LS308",
    name="unique",
    summary="Values are counted or grouped by key, in a dict",
    order=59,
    match=match,
    doc=__doc__,
)
