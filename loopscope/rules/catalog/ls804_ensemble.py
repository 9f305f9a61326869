"""Models of one kind are called one after the other on the same input.

What it does:
    Reports a loop over modules that gives each the same input and collects what they return.

Why is this slow:
    Small layers: each model's calls cost more than their work.

Example::

    for model in models:
        out.append(model(x))

Use instead::

    params, buffers = torch.func.stack_module_state(models)

    def call(p, b):
        return torch.func.functional_call(models[0], (p, b), (x,))

    out = torch.vmap(call)(params, buffers)

When not to:
    The models differ in architecture, or the batch is so large that each call is worth its cost.
    The stack copies the parameters: train the stack.

References:
    https://pytorch.org/docs/stable/generated/torch.func.stack_module_state.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import names_in

MIN_MODELS = 8


def match(subject: Subject) -> Match | None:
    """Recognise an item of the loop that is called, with arguments that stay the same."""
    facts = subject.facts
    if facts.carried or not facts.appends or not _is_of_one_kind(subject):
        return None
    own = {name for header in facts.headers for name in (*header.elements, *header.indices)}
    for node in subject.loop.repeated():
        if not isinstance(node, ast.Call) or not _is_item(node.func, own):
            continue
        arguments = {name for argument in node.args for name in names_in(argument)}
        if arguments and not arguments & own:
            return Match(
                "batched_call",
                ("torch.func.stack_module_state", "torch.func.functional_call", "torch.vmap"),
                f"models of {subject.source} called one after the other",
                "stack their parameters and call torch.vmap over torch.func.functional_call",
            )
    return None


def _is_of_one_kind(subject: Subject) -> bool:
    """Whether every call ran the same ops, and there are enough to stack: no mere branches."""
    cost = subject.cost
    many = cost.iterations >= MIN_MODELS * cost.entries
    return many and all(count % cost.iterations == 0 for _, count in cost.op_counts)


def _is_item(func: ast.expr, own: set[str]) -> bool:
    match func:
        case ast.Name(id=name):
            return name in own
        case ast.Subscript(slice=ast.Name(id=name)):
            return name in own
        case _:
            return False


RULE = Rule(
    code="LS804",
    name="ensemble",
    summary="Models of one kind are called one after the other on the same input",
    order=85,
    match=match,
    doc=__doc__,
)
