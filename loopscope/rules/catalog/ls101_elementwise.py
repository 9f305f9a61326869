"""Arithmetic is done item by item.

What it does:
    Reports element-wise work over one or several counters.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i in range(len(x)):
        out[i] = x[i] + 2

Use instead::

    out = x + 2

When not to:
    Almost never.

References:
    https://pytorch.org/docs/stable/notes/broadcasting.html
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject, without_counters
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.names import last_name, names_in


def match(subject: Subject) -> Match | None:
    """Recognise maps over one axis, and over several by broadcasting."""
    facts = subject.facts
    if facts.carried or not (facts.stores or facts.appends or facts.inplace):
        return None
    if facts.inplace and subject.list_items:  # whole tensors, maybe each of another shape
        return None
    if not facts.inplace and not any(_uses_items(value, facts) for value in facts.values):
        return None
    if facts.num_loops >= 2 and not _same_index(facts):
        ops = ("broadcasting", "torch.meshgrid", "torch.cartesian_prod", "elementwise")
        return Match(
            "map",
            ops,
            f"{subject.target} from every combination of items",
            "give each loop an axis with [:, None] and let broadcasting combine them",
        )
    if not facts.operators and not facts.calls - _NO_WORK - _MAKE_ROOM and not facts.stores:
        return None
    return Match(
        "map",
        ("elementwise", "broadcasting"),
        f"element-wise work on {subject.source}",
        _whole_tensor(subject) or f"work on {subject.source} as a whole, without the loop",
    )


def _uses_items(value: ast.expr, facts: LoopFacts) -> bool:
    """Whether a value is computed from the loop's items; objects that are made are none."""
    match value:
        case ast.Call(func=func) if last_name(func)[:1].isupper():
            return last_name(func).endswith("Tensor")
        case _:
            return bool(set(names_in(value)) & facts.counters)


def _whole_tensor(subject: Subject) -> str:
    """The store in the user's own names, for arithmetic on items of the counter alone.

    A bare name might be a vector, and its shape is not known here: then nothing is claimed.
    """
    counters = subject.facts.counters
    match getattr(subject.loop.node, "body", []):
        case [ast.Assign(targets=[ast.Subscript(value=target, slice=ast.Name())], value=value)]:
            bases = [n.value for n in ast.walk(value) if _is_item(n, counters)]
            names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} - counters
            calls = any(isinstance(n, ast.Call) for n in ast.walk(value))
            text = without_counters(value, counters)
            if not calls and names == {ast.unparse(b) for b in bases} and "[" not in text:
                return f"use {ast.unparse(target)} = {text}"
    return ""


def _is_item(node: ast.AST, counters: frozenset[str]) -> TypeGuard[ast.Subscript]:
    match node:
        case ast.Subscript(slice=ast.Name(id=name)):
            return name in counters
        case _:
            return False


_NO_WORK = {"append", "range", "len", "enumerate", "zip", "stack", "size", "detach", "clone"}
_MAKE_ROOM = {"zeros_like", "empty_like", "ones_like", "new_zeros", "new_empty", "new_ones"}


def _same_index(facts: LoopFacts) -> bool:
    """Whether every read and store uses all counters: no axis is repeated."""
    wanted = facts.num_loops
    indexed = [s.index for s in facts.stores]
    indexed += [r.index for r in facts.reads if Index.COUNTER in r.index]
    return bool(indexed) and all(i.count(Index.COUNTER) == wanted for i in indexed)


RULE = Rule(
    code="LS101",
    name="elementwise",
    summary="Arithmetic is done item by item",
    order=88,
    match=match,
    doc=__doc__,
)
