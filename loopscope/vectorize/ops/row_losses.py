"""Class losses of rows whose number differs: ``F.cross_entropy(logits[i, :n], labels[i, :n])``."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.groups.members import grouped
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.in_step import in_step
from loopscope.vectorize.span_masks import common_mask, masked_dim
from loopscope.vectorize.value import NotLiftable, Value

_CLASS_LOSSES = ("cross_entropy", "nll_loss")


def class_loss_of_rows(lifter: Lifter, call: Call) -> Value | None:
    """Return the loss of each row, reduced as asked over the rows; ``None`` for other calls.

    Raises:
        NotLiftable: Rows do not all count alike, or are no rows of logits and one label each.
    """
    if call.name not in _CLASS_LOSSES or len(call.args) != 2:
        return None
    reduction = call.keywords.get("reduction")
    how = "mean" if reduction is None else code.text(reduction.code).strip("'")
    if call.keywords.keys() - {"reduction", "label_smoothing"} or how not in (
        "mean",
        "sum",
        "none",
    ):
        raise NotLiftable(f"{call.name} of rows that do not count alike")
    if [v.rank for v in call.args] != [2, 1]:
        raise NotLiftable(f"{call.name} of these shapes")
    (logits, target), members = grouped(in_step(lifter, call.args))
    mask = common_mask(lifter, (logits, target))
    if mask is not None and (masked_dim((logits,), 2) or masked_dim((target,), 1)):
        raise NotLiftable(f"{call.name} of a slice of differing length")
    if mask is None and members is None:
        return None
    keywords = call.keywords | {"reduction": Value(code.const("none"), kind="other")}
    plain = [replace(v, mask=None) for v in (logits, target)]
    each = batched_op(lifter, replace(call, args=plain, keywords=keywords, node=None))
    each = replace(each, mask=mask, members=members, dtype=logits.dtype, shape=(None,))
    if how == "none":
        return each
    return batched_op(lifter, Call(how, "method", [each], {}, None, None))
