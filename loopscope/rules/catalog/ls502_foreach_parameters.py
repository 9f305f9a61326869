"""Parameters are updated one tensor at a time.

What it does:
    Reports in-place updates of each parameter of a list.

Why is this slow:
    A model has hundreds of small parameters, and each op on each is a call.

Example::

    for p in params:
        p.add_(p.grad, alpha=-lr)

Use instead::

    torch._foreach_add_(params, [p.grad for p in params], alpha=-lr)

When not to:
    Parameters alias each other or lie on several devices.

References:
    https://pytorch.org/docs/stable/optim.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.update import Update


def match(subject: Subject) -> Match | None:
    """Recognise updates and norms over a list of parameters."""
    facts = subject.facts
    text = "\n".join(subject.loop.lines[subject.loop.line - 1 : subject.loop.end_line])
    over_parameters = ".grad" in text or any(
        ".parameters()" in t for h in facts.headers for t in h.iterates
    )
    if not over_parameters:
        return None
    sums = [c for c in facts.carried if c.update is Update.ADD]
    if sums and "norm" in facts.calls:
        ops: tuple[str, ...] = ("torch.nn.utils.clip_grad_norm_", "torch._foreach_norm")
        return Match(
            "foreach",
            ops,
            f"gradient norm summed in {sums[0].name}",
            "use torch.nn.utils.clip_grad_norm_(params, max_norm)",
        )
    if not facts.inplace:
        return None
    methods = [f"torch._foreach_{m}" for m in sorted(facts.inplace) if m in _FOREACH]
    ops = (*methods, "torch._foreach_add_", "torch.optim.SGD", "torch._foreach_lerp_")
    advice = "update all tensors at once with torch._foreach_* or a fused optimizer"
    return Match(
        "foreach",
        tuple(dict.fromkeys(ops)),
        f"in-place update of each of {subject.source}",
        advice,
    )


_FOREACH = {
    "add_",
    "mul_",
    "div_",
    "sub_",
    "addcmul_",
    "addcdiv_",
    "lerp_",
    "zero_",
    "clamp_",
    "copy_",
}


RULE = Rule(
    code="LS502",
    name="foreach-parameters",
    summary="Parameters are updated one tensor at a time",
    order=20,
    match=match,
    doc=__doc__,
)
