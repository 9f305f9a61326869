"""A model is run on one batch after the other.

What it does:
    Notes loops that run layers on slices or batches of the data: evaluation, prediction. It is
    advice only, and keeps other rules from taking a batch for an item.

Why is this slow:
    It need not be: small batches of a small model pay more for calls than for work.

Example::

    for i in range(0, len(x), 32):
        out.append(model(x[i:i + 32]))

Use instead::

    out.append(model(x[i:i + 1024]))  # in larger steps

When not to:
    Larger batches do not fit into memory, or the batch is part of the method.

References:
    https://pytorch.org/docs/stable/data.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.batched_ops import LAYERS
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index
from loopscope.source.header import Header

_ADDS_A_BATCH = {"unsqueeze", "reshape", "view"}
_MAPPINGS = ("items", "named_parameters", "named_modules", "named_children")


def match(subject: Subject) -> Match | None:
    """Recognise slices in steps, pairs of a loader, and results that are concatenated."""
    facts = subject.facts
    if not subject.observed(*LAYERS) or facts.calls & _ADDS_A_BATCH or _adds_an_axis(subject):
        return None
    header = facts.headers[0]
    slices = _is_in_steps(header) and facts.reads_by(Index.WINDOW)
    concatenated = "cat" in facts.joins and not header.indices
    if not (slices or concatenated or _is_of_pairs(header) or subject.list_items):
        return None
    return Match(
        "batches",
        ("keep_as_is",),
        f"layers run on one batch of {subject.source} at a time",
        "nothing to do, unless batches are small: larger ones make fewer calls",
        actionable=False,
    )


def _is_in_steps(header: Header) -> bool:
    """Whether it counts in steps: ``range(0, n, size)``."""
    if header.call != "range" or not header.iterates:
        return False
    call = ast.parse(header.iterates[0], mode="eval").body
    return isinstance(call, ast.Call) and len(call.args) == 3


def _is_of_pairs(header: Header) -> bool:
    """Whether it walks over pairs of one iterable, as loaders give them."""
    sources = list(header.elements.values())
    named = header.call.endswith(_MAPPINGS)
    return len(sources) > len(set(sources)) and not named


def _adds_an_axis(subject: Subject) -> bool:
    """Whether an item gets a batch axis: ``x[None]``, ``x[i : i + 1]``."""
    return any(
        isinstance(node, ast.Subscript)
        and (
            any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(node.slice))
            or _is_of_one(node.slice)
        )
        for node in subject.loop.repeated()
    )


def _is_of_one(index: ast.expr) -> bool:
    match index:
        case ast.Slice(
            lower=ast.Name(id=first),
            upper=ast.BinOp(left=ast.Name(id=second), op=ast.Add(), right=ast.Constant(value=1)),
            step=None,
        ):
            return first == second
        case _:
            return False


RULE = Rule(
    code="LS805",
    name="mini-batches",
    summary="A model is run on one batch after the other",
    order=18,
    match=match,
    doc=__doc__,
)
