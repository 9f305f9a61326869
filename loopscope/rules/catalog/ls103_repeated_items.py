"""Each item is written several times.

What it does:
    Reports loops that copy an item to a run of places: ``x[i // k]``, ``[v] * n``, or a tensor
    that does not change to every row.

Why is this slow:
    Every copy pays Python and dispatcher cost for one item.

Example::

    for i in range(len(x) * k):
        out[i] = x[i // k]

Use instead::

    out = x.repeat_interleave(k)

When not to:
    The copies are only read: ``expand`` makes rows without copying any.

References:
    https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html
    https://pytorch.org/docs/stable/generated/torch.Tensor.expand.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject


def match(subject: Subject) -> Match | None:
    """Recognise runs of one item, and one tensor for all rows."""
    facts = subject.facts
    if facts.carried or not (facts.stores or facts.appends):
        return None
    divided = [r.name for r in facts.reads if any(part and part.floors for part in r.parts)]
    if divided or any(_is_run(append.value) for append in facts.appends):
        name = divided[0] if divided else subject.source
        ops = ("torch.repeat_interleave", "advanced_indexing")
        advice = f"use {name}.repeat_interleave(times)"
        return Match("gather", ops, f"items of {name} written several times", advice)
    if facts.stores and all(
        isinstance(store.value, ast.Name | ast.Attribute) for store in facts.stores
    ):
        moving = any(store.place.counters for store in facts.stores)
        if moving and not any(store.reads or store.guarded for store in facts.stores):
            name = ast.unparse(facts.stores[0].value)
            rows = ("broadcasting", "Tensor.expand", "Tensor.repeat")
            return Match("map", rows, f"{name} written to every place", f"use {name}.expand(...)")
    return None


def _is_run(value: ast.expr) -> bool:
    match value:
        case ast.BinOp(left=ast.List(elts=[_]), op=ast.Mult()):
            return True
        case ast.Call(func=ast.Attribute(attr="expand" | "repeat"), args=[times, *rest]):
            return not isinstance(times, ast.Constant) and all(map(_is_literal, rest))
        case _:
            return False


def _is_literal(size: ast.expr) -> bool:
    return isinstance(size, ast.Constant | ast.UnaryOp)


RULE = Rule(
    code="LS103",
    name="repeated-items",
    summary="Each item is written several times",
    order=70,
    match=match,
    doc=__doc__,
)
