"""A sum over an index is written as a loop.

What it does:
    Reports nested loops that add up over a counter which the result does not have: matrix
    products and row sums by hand.

Why is this slow:
    Every term pays Python and dispatcher cost for one multiplication.

Example::

    for i in range(n):
        for j in range(m):
            for k in range(p):
                out[i, j] += a[i, k] * b[k, j]

Use instead::

    out = a @ b  # in general torch.einsum('ik,kj->ij', a, b)

When not to:
    Integers on CUDA: there is no matrix product for them.

References:
    https://pytorch.org/docs/stable/generated/torch.einsum.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Access
from loopscope.source.update import Update

_REDUCTIONS = {
    Update.ADD: "torch.sum",
    Update.MUL: "torch.prod",
    Update.MAX: "torch.amax",
    Update.MIN: "torch.amin",
}


def match(subject: Subject) -> Match | None:
    """Recognise sums of products and other reductions over a counter of the nest."""
    facts = subject.facts
    if facts.carried or facts.num_loops < 2 or len(facts.stores) != 1:
        return None
    store = facts.stores[0]
    form = store.augment if store.augment in _REDUCTIONS else _inner_sum(facts.calls)
    others = [read for read in store.reads if read.name != store.target]
    if form is None or not store.summed or not _is_affine([store.place, *others]):
        return None
    names = sorted({read.name for read in others if read.counters})
    if form is Update.ADD and len(names) >= 2 and _is_product(store.value):
        product = ("torch.matmul", "torch.einsum") if len(names) == 2 else ("torch.einsum",)
        what = f"products of {' and '.join(names)} summed in {store.target}"
        return Match("contraction", product, what, f"use {product[0]} on the whole tensors")
    op = _REDUCTIONS[form]
    return Match(
        "reduction",
        (op, "broadcasting", "elementwise"),
        f"{form.value} over one index of {' and '.join(names)} in {store.target}",
        f"compute the terms with an axis for each loop, and use {op} with dim=",
    )


def _is_product(value: ast.expr) -> bool:
    """Whether it is a product of items alone, the sum so far left aside."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_product(left) or _is_product(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return all(isinstance(e, ast.Subscript) or _is_product(e) for e in (left, right))
        case ast.Call(func=ast.Name(id="fold sum"), args=[term]):
            return _is_product(term)
        case _:
            return False


def _inner_sum(calls: frozenset[str]) -> Update | None:
    return Update.ADD if "sum" in calls else None


def _is_affine(accesses: list[Access]) -> bool:
    """Whether each part is one counter or none: an axis of its own."""
    parts = [part for access in accesses for part in access.parts]
    return all(part is not None and len(part.coefficients) <= 1 for part in parts)


RULE = Rule(
    code="LS412",
    name="contraction",
    summary="A sum over an index is written as a loop",
    order=77,
    match=match,
    doc=__doc__,
)
