"""A window slides over a tensor.

What it does:
    Reports slices whose bounds move with the loop's counter.

Why is this slow:
    Every iteration pays Python and dispatcher cost for a few numbers; the op pays it once.

Example::

    for i in range(len(x) - w + 1):
        out.append(x[i:i + w].mean())

Use instead::

    out = x.unfold(0, w, 1).mean(-1)

When not to:
    The windows are written to: ``unfold`` is a view.

References:
    https://pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Access, Index


def match(subject: Subject) -> Match | None:
    """Recognise sliding windows and patches."""
    facts = subject.facts
    shifted = [read for read in facts.reads if Index.PREFIX in read.index and read.name]
    if len(shifted) > 1 and "Mult" in facts.operators and facts.calls & {"sum", "dot"}:
        ops = ["torch.nn.functional.conv1d", "torch.fft.rfft", "Tensor.unfold"]
        what = f"{shifted[0].name} multiplied with a shifted {shifted[1].name}"
        return Match("window", tuple(ops), what, "use torch.nn.functional.conv1d, for all shifts")
    windows = [read for read in facts.reads if _slides(read) and read.name]
    if not windows:
        return None
    name = windows[0].name
    ops = ["Tensor.unfold", "torch.nn.functional.unfold"]
    taps = sum(len(part.coefficients) == 2 for part in windows[0].parts if part)
    if taps and "Mult" in facts.operators:
        ops.insert(0, f"torch.nn.functional.conv{taps}d")
    if "mean" in facts.calls:
        ops.append("torch.nn.functional.avg_pool1d")
    if facts.calls & {"sum", "dot"} and "Mult" in facts.operators:
        ops.append("torch.nn.functional.conv1d")
    return Match(
        "window",
        tuple(ops),
        f"a window slides over {name}",
        f"take all windows at once with {name}.unfold(dim, size, step)",
    )


def _slides(read: Access) -> bool:
    """Whether a slice moves with a counter, or a subscript with two: ``x[i + j]``."""
    return Index.WINDOW in read.index or any(p and len(p.coefficients) == 2 for p in read.parts)


RULE = Rule(
    code="LS406",
    name="sliding-window",
    summary="A window slides over a tensor",
    order=72,
    match=match,
    doc=__doc__,
)
