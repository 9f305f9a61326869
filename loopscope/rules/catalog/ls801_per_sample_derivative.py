"""A derivative is taken for one sample or output at a time.

What it does:
    Reports autograd calls for each sample, and for each row of a Jacobian.

Why is this slow:
    Every call builds and walks a graph of its own.

Example::

    jac = [jacobian(net, q) for q in queries]

Use instead::

    jac = torch.vmap(torch.func.jacrev(net))(queries)

When not to:
    The function draws random numbers or reads values on the host. Outputs many, inputs few:
    ``jacfwd``. A Jacobian of two or three outputs is no slower by rows.

References:
    https://pytorch.org/docs/stable/func.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import bound_names, last_name, names_in

_DERIVATIVES = {
    "jacobian": "torch.func.jacrev",
    "hessian": "torch.func.hessian",
    "grad": "torch.func.grad",
    "vjp": "torch.func.vjp",
    "jvp": "torch.func.jvp",
}


def match(subject: Subject) -> Match | None:
    """Recognise per-sample gradients, Jacobians by row, and Hessians."""
    found = sorted(
        name
        for name in _DERIVATIVES
        if any(q.startswith("torch.") and q.endswith(f".{name}") for q in subject.facts.qualified)
        or name in subject.facts.qualified
    )
    if not found:
        return None
    if found == ["grad"] and _is_by_output(subject):
        return Match(
            "batched_call",
            ("torch.func.jacrev", "torch.autograd.functional.jacobian", "torch.vmap"),
            "one row of a Jacobian at a time",
            "use torch.func.jacrev, or torch.autograd.grad with is_grads_batched=True",
        )
    op = _DERIVATIVES[found[0]]
    return Match(
        "batched_call",
        ("torch.vmap", op),
        f"{found[0]} of one sample at a time",
        f"use torch.vmap({op}(function))",
    )


def _is_by_output(subject: Subject) -> bool:
    """Whether each call takes another output with respect to the same input."""
    own = bound_names(subject.loop.node) | subject.facts.counters
    for node in (n for e in subject.facts.expressions for n in ast.walk(e)):
        match node:
            case ast.Call(func=func, args=[output, source, *_]) if last_name(func) == "grad":
                return bool(set(names_in(output)) & own) and not set(names_in(source)) & own
    return False


RULE = Rule(
    code="LS801",
    name="per-sample-derivative",
    summary="A derivative is taken for one sample or output at a time",
    order=75,
    match=match,
    doc=__doc__,
)
