"""A derivative is taken for one sample at a time.

What it does:
    Reports autograd calls for each sample.

Why is this slow:
    Every call builds and walks a graph of its own.

Example::

    jac = [jacobian(net, q) for q in queries]

Use instead::

    jac = torch.vmap(torch.func.jacrev(net))(queries)

When not to:
    The function draws random numbers or reads values on the host.

References:
    https://pytorch.org/docs/stable/func.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject

_DERIVATIVES = {
    "jacobian": "torch.func.jacrev",
    "hessian": "torch.func.hessian",
    "grad": "torch.func.grad",
    "vjp": "torch.func.vjp",
    "jvp": "torch.func.jvp",
}


def match(subject: Subject) -> Match | None:
    """Recognise per-sample gradients, Jacobians and Hessians."""
    found = sorted(
        name
        for name in _DERIVATIVES
        if any(q.startswith("torch.") and q.endswith(f".{name}") for q in subject.facts.qualified)
        or name in subject.facts.qualified
    )
    if not found:
        return None
    op = _DERIVATIVES[found[0]]
    return Match(
        "batched_call",
        ("torch.vmap", op),
        f"{found[0]} of one sample at a time",
        f"use torch.vmap({op}(function))",
    )


RULE = Rule(
    code="LS801",
    name="per-sample-derivative",
    summary="A derivative is taken for one sample at a time",
    order=75,
    match=match,
    doc=__doc__,
)
