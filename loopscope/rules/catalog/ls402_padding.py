"""Sequences of different length are copied into a padded tensor.

What it does:
    Reports stores of a whole item into the first part of a row.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i, s in enumerate(seqs):
        out[i, :len(s)] = s

Use instead::

    out = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True)

When not to:
    Lengths differ so much that padding wastes memory: use nested tensors.

References:
    https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise padding by hand."""
    facts = subject.facts
    elements = {n: t for h in facts.headers for n, t in h.elements.items()}
    for store in facts.stored(Index.RAGGED):
        names = [n.id for n in ast.walk(store.value) if isinstance(n, ast.Name)]
        if Index.COUNTER in store.index and not store.constant and set(names) & set(elements):
            source = next(elements[n] for n in names if n in elements)
            ops = ("torch.nn.utils.rnn.pad_sequence", "torch.nested.nested_tensor")
            advice = f"use torch.nn.utils.rnn.pad_sequence({source}, batch_first=True)"
            return Match("growth", ops, f"{source} padded into {store.target}", advice)
    return None


RULE = Rule(
    code="LS402",
    name="padding",
    summary="Sequences of different length are copied into a padded tensor",
    order=66,
    match=match,
    doc=__doc__,
)
