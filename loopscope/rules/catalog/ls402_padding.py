"""Sequences of different length are copied into a padded tensor.

What it does:
    Reports stores of a whole item into the first part of a row, and items that are each joined
    with the padding they lack.

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

_JOINS = {"pad", "cat", "concat", "hstack", "vstack", "concatenate"}


def match(subject: Subject) -> Match | None:
    """Recognise padding by hand."""
    facts = subject.facts
    for store in facts.stored(Index.RAGGED):
        whole = [read for read in store.reads if set(read.index) == {Index.COUNTER}]
        if Index.COUNTER in store.index and whole:
            source = whole[0].name or subject.source
            return _answer(source, f"the rows of {store.target}")
    own = {t for h in facts.headers for t in h.elements.values()}
    if facts.calls & _JOINS and any(_depends_on_size(a.value) for a in facts.appends):
        source = next(iter(own), subject.source)
        return _answer(source, "a common length")
    return None


def _answer(source: str, target: str) -> Match:
    ops = ("torch.nn.utils.rnn.pad_sequence", "torch.nested.nested_tensor")
    advice = f"use torch.nn.utils.rnn.pad_sequence({source}, batch_first=True)"
    return Match("growth", ops, f"{source} padded to {target}", advice)


def _depends_on_size(value: ast.expr) -> bool:
    """Whether it uses the size of an item of the loop: ``len(s)``, ``s.shape[0]``."""
    for node in ast.walk(value):
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[ast.Subscript()]):
                return True
            case ast.Attribute(value=ast.Subscript(), attr="shape" | "size"):
                return True
    return False


RULE = Rule(
    code="LS402",
    name="padding",
    summary="Sequences of different length are copied into a padded tensor",
    order=66,
    match=match,
    doc=__doc__,
)
