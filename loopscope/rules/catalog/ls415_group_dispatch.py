"""Items are sent to their group's own weights, one group at a time.

What it does:
    Reports a loop over groups that takes the group's items by a mask, and the group's own
    weights by its number: mixtures of experts, a matrix for each class.

Why is this slow:
    Every group reads all labels, waits for the number of its items, and computes a small product.

Example::

    for k in range(num_experts):
        mine = expert == k
        out[mine] = x[mine] @ weights[k]

Use instead::

    out = torch.einsum('ni,nio->no', x, weights[expert])

When not to:
    The weights are large: ``weights[expert]`` copies them for every item. Sort the items by
    group instead, and use a grouped product.

References:
    https://pytorch.org/docs/stable/generated/torch.einsum.html
"""

from __future__ import annotations

from loopscope.model.match import Match
from loopscope.rules.rule import Rule
from loopscope.rules.subject import Subject
from loopscope.source.facts import Index


def match(subject: Subject) -> Match | None:
    """Recognise items of a mask that meet weights of a counter."""
    facts = subject.facts
    weights = [r.name for r in facts.reads if r.name and Index.COUNTER in r.index]
    added = any(c.scatters for c in facts.carried)
    if not facts.masks or not (added or facts.stored(Index.MASK)) or not weights:
        return None
    labels = sorted(facts.masks)[0]
    scatter = ("torch.index_add", "Tensor.index_add_") if added else ()
    ops = ("advanced_indexing", "torch.einsum", "torch.bmm", "torch.func.stack_module_state")
    return Match(
        "gather",
        (*ops, *scatter),
        f"one group of {labels} at a time meets its own {weights[0]}",
        f"gather the weights of every item at once: {weights[0]}[{labels}]",
    )


RULE = Rule(
    code="LS415",
    name="group-dispatch",
    summary="Items are sent to their group's own weights, one group at a time",
    order=63,
    match=match,
    doc=__doc__,
)
