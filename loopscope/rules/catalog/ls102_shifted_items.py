"""Items are taken from beside their own place.

What it does:
    Reports element-wise work on neighbours: ``x[i + 1] - x[i]``, shifts, rolls and flips, also
    where the last item is kept in a variable for the next iteration.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; a slice of the tensor
    takes all neighbours at once, without a copy.

Example::

    for i in range(len(x) - 1):
        out[i] = x[i + 1] - x[i]

Use instead::

    out = torch.diff(x)  # or x[1:] - x[:-1]

When not to:
    The loop writes what it reads a step later: that is a recurrence, and a shift is not the same.
    ``x[i - 1]`` at ``i = 0`` is the last item: ``roll``, not a slice.

References:
    https://pytorch.org/docs/stable/generated/torch.diff.html
    https://pytorch.org/docs/stable/generated/torch.roll.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.affine import Affine
from loopscope.source.facts import Access
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise differences, stencils, shifts, rolls and flips."""
    facts = subject.facts
    lags = [c for c in facts.carried if c.update is Update.LAG]
    if not (facts.stores or facts.appends) or len(lags) < len(facts.carried):
        return None
    places = [part for store in facts.stores for part in store.place.parts]
    reads = [(read.name, part) for read in facts.reads for part in _moving(read)]
    if any(part.wraps for _, part in reads):
        return _answer(subject, ("torch.roll",), "rolled", "torch.roll")
    turned = any(isinstance(p, Affine) and p.reverse for p in places)
    if facts.appends:  # they come in the order of the iterations
        turned = facts.headers[0].reverse
    if any(part.reverse for _, part in reads) != turned:
        return _answer(subject, ("torch.flip",), "in reverse order", "torch.flip")
    shifts: dict[str, set[tuple[int, tuple[str, ...]]]] = {}
    for name, part in reads:
        shifts.setdefault(name, set()).add(part.shift)
    taps = max((len(found) for found in shifts.values()), default=0) + bool(lags)
    if taps > 2:
        stencil = ("elementwise", "Tensor.unfold", "torch.nn.functional.conv1d")
        what = "combined with their neighbours"
        return _answer(subject, stencil, what, "slices, one for each tap")
    if taps == 2 and _is_difference(facts.values):
        return _answer(subject, ("torch.diff", "elementwise"), "less the last", "torch.diff")
    if taps == 2:
        what = "combined with their neighbours"
        return _answer(subject, ("elementwise",), what, "two slices, such as x[1:] and x[:-1]")
    stored = {part.shift for part in places if part and part.coefficients}
    if stored and shifts and not stored & set().union(*shifts.values()):
        slices = "slices, such as out[:-1] = x[1:]"
        return _answer(subject, ("elementwise", "torch.roll"), "moved to another place", slices)
    return None


def _moving(read: Access) -> list[Affine]:
    """Parts with one counter, each step one item."""
    parts = [part for part in read.parts if part is not None]
    return [p for p in parts if [abs(c or 0) for c in p.coefficients.values()] == [1]]


def _is_difference(values: tuple[ast.expr, ...]) -> bool:
    differences = (v for v in values if isinstance(v, ast.BinOp) and isinstance(v.op, ast.Sub))
    return any(_is_plain(v.left) and _is_plain(v.right) for v in differences)


def _is_plain(item: ast.expr) -> bool:
    """Whether nothing is computed of an item: ``x[i] - a * x[i - 1]`` is no ``torch.diff``."""
    return isinstance(item, ast.Name | ast.Attribute | ast.Subscript)


def _answer(subject: Subject, ops: tuple[str, ...], what: str, advice: str) -> Match:
    return Match("map", ops, f"items of {subject.source} {what}", f"use {advice}")


RULE = Rule(
    code="LS102",
    name="shifted-items",
    summary="Items are taken from beside their own place",
    order=71,
    match=match,
    doc=__doc__,
)
