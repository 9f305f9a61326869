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


def match(subject: Subject) -> Match | None:
    """Recognise conversions and host-to-device copies per item."""
    facts = subject.facts
    source = subject.source
    if facts.appends and any(_converts(n) for n in subject.loop.repeated()):
        ops = ("numpy.stack", "torch.from_numpy", "torch.as_tensor", "torch.stack")
        # Only what is stacked has one shape: lists of words have not.
        return Match(
            "growth",
            ops,
            f"{source} converted one by one",
            f"convert once: torch.from_numpy(numpy.stack({source}))",
            actionable="stack" in facts.joins,
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


def _converts(node: ast.AST) -> bool:
    """Whether data becomes a tensor: ``torch.tensor(1.0)`` is a number of the code's."""
    match node:
        case ast.Call(func=function, args=[ast.Constant(), *_]):
            return last_name(function) == "from_numpy"
        case ast.Call(func=function):
            return last_name(function) in ("from_numpy", "as_tensor", "tensor")
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
