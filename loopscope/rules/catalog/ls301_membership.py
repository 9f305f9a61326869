"""Items are looked up in a set of values, one by one.

What it does:
    Reports tests for membership, ``v.item() in allowed``, and equality masks of one value each
    that are joined by or.

Why is this slow:
    Each item is read on the host, or each value makes a mask of its own.

Example::

    for c in allowed:
        keep = keep | (labels == c)

Use instead::

    keep = torch.isin(labels, allowed)

When not to:
    Floats: NaN never equals itself, in a set of Python it may.

References:
    https://pytorch.org/docs/stable/generated/torch.isin.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import last_name, names_in
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise membership by a test of each item or a mask of each value."""
    facts = subject.facts
    source = subject.source
    joined = [c for c in facts.carried if c.update is Update.OR]
    if joined and facts.masks:
        return _answer(sorted(facts.masks)[0], source)
    if facts.masks and all(_asks_any(value) for value in facts.values):
        return _answer(source, sorted(facts.masks)[0])
    carried = {c.name for c in facts.carried}
    bound = {n for h in facts.headers for n in (*h.indices, *h.items, h.counter)}
    tests = [*facts.values, *(c.test for c in facts.conditions)]
    for node in (n for test in tests for n in ast.walk(test)):
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[values]):
                moves = any(isinstance(n, ast.Subscript) for n in ast.walk(left))
                if not moves or set(names_in(values)) & (carried | facts.grown):
                    continue
                if set(names_in(values)) & bound:
                    return _answer_by_row(source)
                return _answer(source, ast.unparse(values))
    return None


def _asks_any(value: ast.expr) -> bool:
    """Whether it is ``(values == v).any()``."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Compare(), attr="any")):
            return True
        case ast.Call(func=func, args=[ast.Compare()]):
            return last_name(func) == "any"
        case ast.Call(func=ast.Attribute(value=inner, attr="item")):
            return _asks_any(inner)
        case ast.Call(func=ast.Name(id="bool"), args=[inner]):
            return _asks_any(inner)
        case _:
            return False


def _answer_by_row(items: str) -> Match:
    return Match(
        "reduction",
        ("torch.any", "torch.eq", "torch.isin"),
        f"membership of {items} in a row of its own",
        "compare each row with its item, (rows == items[:, None]).any(dim=1)",
    )


def _answer(items: str, values: str) -> Match:
    return Match(
        "reduction",
        ("torch.isin", "torch.any", "boolean_mask"),
        f"membership of {items} in {values}",
        f"use torch.isin({items}, {values}), with the values as a tensor",
    )


RULE = Rule(
    code="LS301",
    name="membership",
    summary="Items are looked up in a set of values, one by one",
    order=60,
    match=match,
    doc=__doc__,
)
