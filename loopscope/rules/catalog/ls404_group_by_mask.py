"""Items of one group at a time are picked by a mask.

What it does:
    Reports loops over groups that compare all labels with one label each time.

Why is this slow:
    Every group reads all items: groups times items of work, and a sync each.

Example::

    for k in range(K):
        out[k] = v[label == k].mean()

Use instead::

    total = v.new_zeros(K).index_add(0, label, v)
    out = total / torch.bincount(label, minlength=K)

When not to:
    There are only a few groups.

References:
    https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index
from loopscope.source.names import last_name


def match(subject: Subject) -> Match | None:
    """Recognise segment operations by equality masks."""
    facts = subject.facts
    if not facts.masks:
        return None
    labels = sorted(facts.masks)[0]
    if all(_counts(value) for value in facts.values):
        ops: tuple[str, ...] = ("torch.bincount", "torch.unique", "torch.nn.functional.one_hot")
        advice = f"use torch.bincount({labels}), or {labels}.unique(return_counts=True)"
        return Match("segment", ops, f"items of each group of {labels} counted", advice)
    packs = [
        s
        for s in facts.stores
        if Index.COUNTER in s.index
        and {Index.WINDOW, Index.RAGGED, Index.INVARIANT} & set(s.index)
    ]
    if packs:
        ops = ("advanced_indexing", "Tensor.index_put_", "torch.cumsum", "torch.bincount")
        advice = f"sort by {labels} once and store every item at its rank in its group"
        return Match("scatter", ops, f"items packed by {labels}", advice)
    ops = (
        "torch.scatter_reduce",
        "torch.index_add",
        "Tensor.scatter_add_",
        "torch.segment_reduce",
    )
    return Match(
        "segment",
        ops,
        f"one group of {labels} at a time",
        f"reduce all groups at once with index_add or scatter_reduce over {labels}",
    )


def _counts(value: ast.expr) -> bool:
    """Whether it is the number of items of a mask, or a ratio of such: ``(labels == k).sum()``."""
    match value:
        case ast.BinOp(left=left, right=right):
            parts = [p for p in (left, right) if not isinstance(p, ast.Constant)]
            return bool(parts) and all(map(_counts, parts))
        case ast.Call(func=func, args=args) if last_name(func) in ("sum", "count_nonzero"):
            receiver = func.value if isinstance(func, ast.Attribute) else None
            return any(isinstance(e, ast.Compare) or _joins(e) for e in (receiver, *args[:1]))
        case ast.Call(func=ast.Attribute(value=inner, attr="item" | "float" | "long" | "to")):
            return _counts(inner)
        case ast.Call(func=ast.Name(id="int" | "float"), args=[inner]):
            return _counts(inner)
        case _:
            return False


def _joins(mask: ast.expr | None) -> bool:
    match mask:
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            return all(isinstance(e, ast.Compare) or _joins(e) for e in (left, right))
        case _:
            return False


RULE = Rule(
    code="LS404",
    name="group-by-mask",
    summary="Items of one group at a time are picked by a mask",
    order=68,
    match=match,
    doc=__doc__,
)
