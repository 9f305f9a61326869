"""Segments of different length are taken one by one.

What it does:
    Reports slices whose bounds come from data, offsets or lengths, that are reduced or collected.

Why is this slow:
    Every segment pays Python and dispatcher cost, and each bound is read on the host.

Example::

    for s in range(len(offsets) - 1):
        out.append(x[offsets[s]:offsets[s + 1]].sum())

Use instead::

    segment = torch.repeat_interleave(torch.arange(len(offsets) - 1), offsets.diff())
    out = x.new_zeros(len(offsets) - 1).index_add(0, segment, x)

    # rows of a padded batch, each with its length:
    valid = torch.arange(h.shape[1]) < lengths[:, None]
    out = torch.where(valid[..., None], h, 0.0).sum(1) / lengths[:, None]

When not to:
    Segments overlap, or a reduction is asked for that ``scatter_reduce`` does not have. An empty
    segment has a mean of NaN in the loop.

References:
    https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html
    https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.batched_ops import REDUCTIONS, batched_ops
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise segment sums, means and extrema, and masked pooling of padded rows."""
    facts = subject.facts
    ragged = [read for read in facts.reads if Index.RAGGED in read.index and read.name]
    reduced = batched_ops(facts, REDUCTIONS)
    if not ragged or not facts.produces or facts.num_loops > 1:
        return None
    name = ragged[0].name
    padded = Index.COUNTER in ragged[0].index
    if not reduced and facts.appends and not facts.stores:
        ops = ("boolean_mask", "torch.nn.utils.rnn.unpad_sequence") if padded else ("torch.split",)
        advice = f"use {name}[mask]" if padded else f"use torch.split({name}, sizes)"
        return Match("segment", ops, f"segments of {name} cut one by one", advice)
    if not reduced:
        return None
    if padded:
        return Match(
            "segment",
            ("torch.where", "torch.arange", "Tensor.masked_fill", "broadcasting", *reduced),
            f"{reduced[0]} of the first part of each row of {name}",
            f"compare torch.arange with all lengths at once, and reduce {name} under that mask",
        )
    extremum = {"torch.amax", "torch.amin", "torch.prod"} & set(reduced)
    scatter = ("torch.scatter_reduce", "torch.segment_reduce")
    sums = ("torch.index_add", *scatter) if not extremum else scatter
    return Match(
        "segment",
        (*sums, "torch.repeat_interleave", "Tensor.scatter_add_"),
        f"{reduced[0]} of one segment of {name} at a time",
        f"number the segments with torch.repeat_interleave and use {sums[0]}",
    )


RULE = Rule(
    code="LS411",
    name="ragged-segments",
    summary="Segments of different length are taken one by one",
    order=69,
    match=match,
    doc=__doc__,
)
