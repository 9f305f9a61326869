"""Loops that are as they should be: no op does what they do for all items at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.rules.subject import Subject
from loopscope.source.distinct_items import walks_distinct_items
from loopscope.source.loop import LOOP_NODES, dotted
from loopscope.source.state_dict import is_keyed_by_name

FEW = 16  # items, each time that the loop is entered
_CLOCKS = {"default_timer", "monotonic", "perf_counter", "process_time", "time"}


def is_left_alone(subject: Subject) -> bool:
    """Whether the loop is written as it should be, whatever it costs."""
    few = subject.cost.iterations <= FEW * max(subject.cost.entries, 1)
    return (
        is_keyed_by_name(subject.loop)
        or _makes_objects(subject)
        or _repeats_itself(subject)
        or _reads_a_clock(subject)
        or (few and walks_distinct_items(subject.loop))
    )


def _makes_objects(subject: Subject) -> bool:
    """``nn.ModuleDict({name: nn.Linear(n, 5) for …})``: what is collected is no tensor."""
    match subject.loop.node:
        case ast.DictComp(value=value):
            values = [value]
        case _:
            values = list(subject.facts.values)
    return bool(values) and all(_is_constructor(value) for value in values)


def _is_constructor(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func).rsplit(".", 1)[-1]
    return name[:1].isupper() and not name.endswith(("Tensor", "Variable"))


def _repeats_itself(subject: Subject) -> bool:
    """Every iteration does the same work anew: a measurement, or a warm-up."""
    node, facts = subject.loop.node, subject.facts
    if not isinstance(node, ast.For) or facts.carried or facts.effects or facts.inplace:
        return False
    target = node.target
    names = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name)]
    if not isinstance(target, ast.Name) or any(n.id == target.id for n in names):
        return False
    own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    kept = [*(s.target for s in facts.stores), *(a.target for a in facts.appends)]
    return all(name in own for name in kept if name)


def _reads_a_clock(subject: Subject) -> bool:
    """The loop measures each of its iterations: they are to run one by one."""
    node = subject.loop.node
    return isinstance(node, ast.For | ast.While) and any(map(_is_clock, _own_calls(node)))


def _own_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that a loop makes itself, not another one in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, (*LOOP_NODES, ast.FunctionDef, ast.Lambda)):
            yield from _own_calls(child)


def _is_clock(call: ast.Call) -> bool:
    """``time.perf_counter()``: an argument would make it something else."""
    name = dotted(call.func).rsplit(".", 1)[-1].removesuffix("_ns")
    return name in _CLOCKS and not call.args and not call.keywords
