"""Each item is chosen by a condition.

What it does:
    Reports a branch that picks the value of an item.

Why is this slow:
    Every test of an item waits for its value on the host.

Example::

    for i in range(len(x)):
        if x[i] > 0.5:
            out[i] = x[i]
        else:
            out[i] = 0

Use instead::

    out = torch.where(x > 0.5, x, 0)

When not to:
    An arm is undefined where it is not taken: guard its argument first.

References:
    https://pytorch.org/docs/stable/generated/torch.where.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject, source_text, without_counters
from loopscope.source.names import bound_names, names_in


def match(subject: Subject) -> Match | None:
    """Recognise select, masked fill and clamp."""
    facts = subject.facts
    source, target = subject.source, subject.target
    if {"min", "max"} <= facts.qualified:
        return Match(
            "map",
            ("torch.clamp", "elementwise"),
            f"{source} clamped",
            f"use {source}.clamp(min, max)",
        )
    if not facts.produces or not facts.has_branch or not _tests_items(subject):
        return None
    guarded = facts.stores and all(s.guarded for s in facts.stores)
    if guarded and len(facts.stores) == 1 and facts.stores[0].constant:
        value = source_text(facts.stores[0].value)
        ops = ("Tensor.masked_fill", "torch.where", "boolean_mask")
        return Match(
            "map",
            ops,
            f"{target} set where a condition holds",
            f"use {target}.masked_fill(mask, {value})",
        )
    advice = _where(subject) or "use torch.where(condition, a, b) on whole tensors"
    return Match(
        "map",
        ("torch.where", "boolean_mask"),
        f"{target} chosen from {source} by a condition",
        advice,
    )


def _tests_items(subject: Subject) -> bool:
    """Whether a test differs between iterations: ``mask is not None`` is the same in all."""
    bound = bound_names(subject.loop.node)
    return any(c.reads or bound & set(names_in(c.test)) for c in subject.facts.conditions)


def _where(subject: Subject) -> str:
    """``torch.where`` in the user's own names, for an ``if`` with one store in each arm."""
    body = getattr(subject.loop.node, "body", [])
    match body:
        case [ast.If(test=test, body=[ast.Assign(value=a)], orelse=[ast.Assign(value=b)])]:
            counters = subject.facts.counters
            parts = [without_counters(e, counters) for e in (test, a, b)]
            return f"use torch.where({', '.join(parts)})"
        case _:
            return ""


RULE = Rule(
    code="LS201",
    name="conditional-select",
    summary="Each item is chosen by a condition",
    order=82,
    match=match,
    doc=__doc__,
)
