"""Arrays or numbers become tensors one by one.

What it does:
    Reports ``torch.tensor``, ``from_numpy`` and copies to a device in a loop.

Why is this slow:
    Each small conversion or copy costs a call, and on a GPU a transfer.

Example::

    for a in arrays:
        out.append(torch.from_numpy(a))

Use instead::

    out = torch.from_numpy(numpy.stack(arrays))

When not to:
    The arrays have different shapes.

References:
    https://pytorch.org/docs/stable/generated/torch.from_numpy.html
"""

from __future__ import annotations

import ast

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.names import last_name

_CONVERSIONS = {"from_numpy", "as_tensor", "tensor"}


def match(subject: Subject) -> Match | None:
    """Recognise conversions and host-to-device copies per item."""
    facts = subject.facts
    source = subject.source
    if facts.appends and facts.calls & _CONVERSIONS and not _of_literals(subject):
        ops = ("numpy.stack", "torch.from_numpy", "torch.as_tensor", "torch.stack")
        # Only what is stacked has one shape: lists of words have not.
        return Match(
            "growth",
            ops,
            f"{source} converted one by one",
            f"convert once: torch.from_numpy(numpy.stack({source}))",
            actionable="stack" in facts.joins or {"cat", "unsqueeze"} <= facts.joins | facts.calls,
        )
    if facts.calls & {"cuda"} or (
        "to" in facts.calls
        and subject.observed("to", "_to_copy")
        and "device" in str(sorted(facts.qualified))
    ):
        return Match(
            "copy",
            ("torch.stack", "Tensor.to"),
            f"{source} copied to the device one by one",
            "stack on the host and copy once",
        )
    return None


def _of_literals(subject: Subject) -> bool:
    """Whether the loop's own conversions are ``torch.tensor(1.0)``: numbers of the code."""
    read = (n for e in subject.facts.expressions for n in ast.walk(e))
    nodes = [*subject.loop.repeated(), *read]
    calls = [n for n in nodes if isinstance(n, ast.Call) and last_name(n.func) in _CONVERSIONS]
    return all(map(_is_literal, calls))


def _is_literal(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(), *_] | [ast.Call(func=ast.Name(id="float"), args=[ast.Constant()])]:
            return True
        case _:
            return False


RULE = Rule(
    code="LS702",
    name="conversion",
    summary="Arrays or numbers become tensors one by one",
    order=79,
    match=match,
    doc=__doc__,
)
