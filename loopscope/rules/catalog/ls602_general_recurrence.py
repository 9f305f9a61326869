"""Each iteration needs the value that the last one computed.

What it does:
    Reports a loop that carries a variable through a function that is not associative: recurrent
    networks, dynamic programs, samplers, greedy choices.

Why is this slow:
    Steps cannot run side by side: only their own cost can shrink.

Example::

    for x in inputs:
        h = torch.tanh(x @ W + h @ U)

Use instead::

    xw = inputs @ W  # the input projection, once
    for x in xw:
        h = torch.tanh(x + h @ U)

When not to:
    The loop is sequential: this is advice, not a rewrite.

References:
    https://pytorch.org/docs/stable/generated/torch.nn.RNN.html
    https://pytorch.org/docs/stable/generated/torch.compile.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Carried, LoopFacts
from loopscope.source.names import names_in

_GATES = {"tanh", "sigmoid", "relu"}
_PRODUCTS = {"aten::linear", "aten::addmm", "aten::mm", "aten::matmul"}
_LAYERS = {
    "lstm_cell": "torch.nn.LSTM",
    "gru_cell": "torch.nn.GRU",
    "rnn_tanh_cell": "torch.nn.RNN",
    "rnn_relu_cell": "torch.nn.RNN",
}
_STATES = {"max": "torch.amax", "amax": "torch.amax", "logsumexp": "torch.logsumexp"}


def match(subject: Subject) -> Match | None:
    """Advise on a true recurrence and name the variable that makes it one."""
    facts = subject.facts
    carried = facts.sequential
    if carried is None or _tells_seen_from_new(facts, carried) or _counts(subject, carried):
        return None
    through = f" through {carried.through}" if carried.through else ""
    summary = f"{carried.name} of one iteration is read by the next{through}"
    ops, advice = _advice(subject, carried)
    return Match("recurrence", ops, summary, advice, actionable=False)


def _tells_seen_from_new(facts: LoopFacts, carried: Carried) -> bool:
    """``if v not in seen: seen.append(v)``: no value is made from one before."""
    if len(facts.carried) > 1 or not facts.appends:
        return False
    items = {ast.unparse(append.value) for append in facts.appends}
    for condition in facts.conditions:
        match condition.test:
            case ast.Compare(left=item, ops=[ast.NotIn()], comparators=[ast.Name(id=seen)]):
                if seen == carried.name and items == {ast.unparse(item)}:
                    return True
    return False


def _counts(subject: Subject, carried: Carried) -> bool:
    """``counts[key] += 1`` after ``key in counts``: which counts there are is no matter.

    Nor is it which lists there are, where each key begins one: ``groups[key] = []``.
    """
    stores = [s for s in subject.facts.stores if s.target == carried.name]
    is_table = carried.via_store and bool(stores) and subject.is_dict(carried.name)
    begins = all(isinstance(s.value, ast.List) and not s.value.elts for s in stores)
    return is_table and (begins or all(s.constant and s.reads == () for s in stores))


def _advice(subject: Subject, carried: Carried) -> tuple[tuple[str, ...], str]:
    facts = subject.facts
    if "grad" in facts.calls:
        return (
            "torch.compile",
            "vmap_over_tasks",
            "torch.vmap",
            "torch.func.grad",
            "keep_as_is",
        ), "take the same step of many tasks at once with torch.func.vmap, or compile the step"
    if layer := _layer(subject):
        return (
            (layer, "torch.compile", "keep_as_is"),
            f"run all steps in one {layer} that has the cell's weights",
        )
    states = [op for name, op in _STATES.items() if name in facts.calls]
    if facts.calls & _GATES and _has_products(subject):
        return (
            "hoist_input_projection",
            "torch.nn.RNN",
            "torch.nn.LSTM",
            "torch.nn.GRU",
            "torch.compile",
        ), "hoist the input projection out of the loop, or use torch.nn.RNN, LSTM or GRU"
    if carried.via_store and _is_lattice(facts, carried):
        return (
            "torch.compile",
            "torch.diagonal",
            "advanced_indexing",
            "keep_as_is",
        ), "walk the anti-diagonals: the elements of one do not need each other, so each is one op"
    if states:
        return (
            "torch.compile",
            "associative_scan",
            "batch_more_sequences",
            states[0],
            "broadcasting",
            "keep_as_is",
        ), f"compute all states of a step in one {states[0]}, and batch more sequences"
    return (
        "torch.compile",
        "torch.cuda.CUDAGraph",
        "vmap_over_tasks",
        "keep_as_is",
    ), "compile the body with torch.compile; on a GPU capture it in a CUDA graph"


def _layer(subject: Subject) -> str:
    """The layer that runs the steps of torch's own cell, where none needs what an earlier gave."""
    layers = [layer for op, layer in _LAYERS.items() if subject.observed(op)]
    carried = {c.name for c in subject.facts.carried}
    for call in (n for e in subject.facts.expressions for n in ast.walk(e)):
        match call:
            case ast.Call(args=[step, state]) if layers and carried.intersection(names_in(state)):
                return "" if carried.intersection(names_in(step)) else layers[0]
    return ""


def _has_products(subject: Subject) -> bool:
    """Whether each step multiplies matrices, by ``@`` or in a module."""
    seen = {name for name, _ in subject.cost.op_counts}
    return "MatMult" in subject.facts.operators or bool(seen & _PRODUCTS)


def _is_lattice(facts: LoopFacts, carried: Carried) -> bool:
    """Whether an element needs its neighbours in two counters, in no third loop around them."""
    both = len(facts.headers) == 2
    return both and any(
        s.target == carried.name and len(s.place.counters) == 2 for s in facts.stores
    )


RULE = Rule(
    code="LS602",
    name="general-recurrence",
    summary="Each iteration needs the value that the last one computed",
    order=40,
    match=match,
    doc=__doc__,
)
