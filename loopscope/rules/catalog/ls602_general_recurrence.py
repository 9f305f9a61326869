"""Each iteration needs the value that the last one computed.

What it does:
    Reports a loop that carries a variable through a function that is not associative.

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
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject

_GATES = {"tanh", "sigmoid", "relu"}


def match(subject: Subject) -> Match | None:
    """Advise on a true recurrence and name the variable that makes it one."""
    facts = subject.facts
    carried = facts.sequential
    if carried is None:
        return None
    through = f" through {carried.through}" if carried.through else ""
    summary = f"{carried.name} of one iteration is read by the next{through}"
    if facts.calls & _GATES and "MatMult" in facts.operators:
        ops: tuple[str, ...] = (
            "hoist_input_projection",
            "torch.nn.RNN",
            "torch.nn.LSTM",
            "torch.nn.GRU",
            "torch.compile",
        )
        advice = "hoist the input projection out of the loop, or use torch.nn.RNN, LSTM or GRU"
    elif facts.calls & {"max", "amax", "logsumexp"}:
        ops = ("torch.compile", "associative_scan", "batch_more_sequences", "keep_as_is")
        advice = "batch more sequences per step and compile the body with torch.compile"
    else:
        ops = ("torch.compile", "torch.cuda.CUDAGraph", "vmap_over_tasks", "keep_as_is")
        advice = "compile the body with torch.compile; on a GPU capture it in a CUDA graph"
    return Match("recurrence", ops, summary, advice, actionable=False)


RULE = Rule(
    code="LS602",
    name="general-recurrence",
    summary="Each iteration needs the value that the last one computed",
    order=40,
    match=match,
    doc=__doc__,
)
