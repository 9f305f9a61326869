"""Losses: one value an item is the loss without reduction, averaged over the item."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value, align, expand

_ELEMENTWISE = [
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "soft_margin_loss",
]


@batches(*_ELEMENTWISE)
def elementwise_loss(lifter: Lifter, call: Call) -> Value:
    """Average each item's own elements."""
    reduction = _reduction(call)
    operands = call.args[:2]
    axes = union([v.axes for v in operands])
    rank = max(v.rank for v in operands)
    if any(v.kind == "other" for v in operands) or len(call.args) > 2:
        raise NotLiftable(f"{call.name} of what is no tensor")
    lifter.used_ops += [f"torch.nn.functional.{call.name}"]
    # Of two shapes they warn, though it is meant here.
    whole = [expand(v, axes).code if v.rank == rank else align(v, axes, rank) for v in operands]
    made: ast.expr = call.rebuild(whole, reduction="none")
    if reduction != "none" and rank:
        dims = [code.const(len(axes) + k) for k in range(rank)]
        made = code.method(made, reduction, dim=dims[0] if rank == 1 else code.tuple_of(dims))
    return lifter.of(call.node, made, axes, rank if reduction == "none" else 0)


@batches("cross_entropy", "nll_loss")
def class_loss(lifter: Lifter, call: Call) -> Value:
    """Logits of one item, or of a batch that each iteration averages."""
    logits, target = call.args[:2]
    reduction = _reduction(call)
    if len(call.args) > 2 or logits.axes != target.axes or len(logits.axes) != 1:
        raise NotLiftable(f"{call.name} is not understood here")
    lifter.used_ops += [f"torch.nn.functional.{call.name}", "torch.gather"]
    if logits.rank == 1 and target.rank == 0:
        made: ast.expr = call.rebuild([logits.code, target.code], reduction="none")
        return lifter.of(call.node, made, logits.axes, 0)
    if logits.rank != 2 or target.rank != 1:
        raise NotLiftable(f"{call.name} of these shapes")
    classes = code.method(logits.code, "transpose", code.const(1), code.const(2))
    made = call.rebuild([classes, target.code], reduction="none")
    if reduction != "none":
        made = code.method(made, reduction, dim=1)
    return lifter.of(call.node, made, logits.axes, 1 if reduction == "none" else 0)


@batches("cosine_similarity", "pairwise_distance")
def similarity(lifter: Lifter, call: Call) -> Value:
    """Along the items' own dimension."""
    left, right = call.args[:2]
    dim = call.argument(2, "dim")
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    cosine = call.name == "cosine_similarity"
    last = (-1, rank - 1) if cosine else (-1,)
    number = code.integer(dim.code) if dim is not None else (1 if cosine else -1)
    if rank == 0 or number not in last or (not cosine and len(call.args) > 2):
        raise NotLiftable(f"{call.name} of these shapes")
    lifter.used_ops.append(f"torch.nn.functional.{call.name}")
    operands = [align(left, axes, rank), align(right, axes, rank)]
    keywords: dict[str, object] = {"dim": -1} if cosine else {}
    keywords |= {k: v.code for k, v in call.keywords.items() if k == "eps"}
    function = call.function if call.function is not None else call.style
    return lifter.of(call.node, code.call(function, *operands, **keywords), axes, rank - 1)


def _reduction(call: Call) -> str:
    given = call.keywords.get("reduction")
    if given is None:
        return "mean"
    if not isinstance(given.code, ast.Constant) or given.code.value not in ("mean", "sum", "none"):
        raise NotLiftable(f"{call.name} with a reduction that is no literal")
    return str(given.code.value)
