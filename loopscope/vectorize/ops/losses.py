"""Losses: one value an item is the loss without reduction, averaged over the item."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.batch_of_one import item_alone
from loopscope.vectorize.value import NotLiftable, Value, align, expand

_ELEMENTWISE = [
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "soft_margin_loss",
    "kl_div",
    "poisson_nll_loss",
    "hinge_embedding_loss",
]
_OF_THREE = {"margin_ranking_loss", "gaussian_nll_loss"}  # tensors
_OF_ROWS = {"triplet_margin_loss": (1, 1, 1), "cosine_embedding_loss": (1, 1, 0)}  # their ranks


@batches(*_ELEMENTWISE, *_OF_THREE)
def elementwise_loss(lifter: Lifter, call: Call) -> Value:
    """Average each item's own elements."""
    reduction = _reduction(call)
    count = 3 if call.name in _OF_THREE else 2
    operands = call.args[:count]
    axes = union([v.axes for v in operands])
    rank = max(v.rank for v in operands)
    if any(v.kind == "other" for v in operands) or len(call.args) > count:
        raise NotLiftable(f"{call.name} of what is no tensor")
    lifter.used_ops += [f"torch.nn.functional.{call.name}"]
    # Of two shapes they warn, though it is meant here.
    whole = [expand(v, axes).code if v.rank == rank else align(v, axes, rank) for v in operands]
    made: ast.expr = call.rebuild(whole, reduction="none")
    if reduction != "none" and rank:
        dims = [code.const(len(axes) + k) for k in range(rank)]
        made = code.method(made, reduction, dim=dims[0] if rank == 1 else code.tuple_of(dims))
    return lifter.of(call.node, made, axes, rank if reduction == "none" else 0)


@batches(*_OF_ROWS)
def loss_of_rows(lifter: Lifter, call: Call) -> Value:
    """One value a row, or a batch of one: without reduction it is that of all."""
    ranks = _OF_ROWS[call.name]
    if _reduction(call) == "none" or len(call.args) != len(ranks):
        raise NotLiftable(f"{call.name} is not understood here")
    given = zip(call.args, ranks, strict=True)
    operands = [(v.rank > rank and item_alone(v)) or v for v, rank in given]
    axes = union([v.axes for v in operands])
    if tuple(v.rank for v in operands) != ranks or any(v.kind != "tensor" for v in operands):
        raise NotLiftable(f"{call.name} of these shapes")
    lifter.used_ops.append(f"torch.nn.functional.{call.name}")
    made = call.rebuild([expand(v, axes).code for v in operands], reduction="none")
    return lifter.of(call.node, made, axes, 0)


@batches("cross_entropy", "nll_loss")
def class_loss(lifter: Lifter, call: Call) -> Value:
    """Logits of one item, or of a batch that each iteration averages."""
    logits, target = call.args[:2]
    reduction = _reduction(call)
    if len(call.args) > 2 or any(v.kind == "other" for v in (logits, target)):
        raise NotLiftable(f"{call.name} is not understood here")
    lifter.used_ops += [f"torch.nn.functional.{call.name}", "torch.gather"]
    logits, target = _alone(logits, target, reduction)
    axes = union([logits.axes, target.axes])
    logits, target = expand(logits, axes), expand(target, axes)
    rank = target.rank
    if logits.rank != rank + 1 or rank > 1:
        raise NotLiftable(f"{call.name} of these shapes")
    classes = _classes_second(logits.code, len(axes) + rank + 1)
    made: ast.expr = call.rebuild([classes, target.code], reduction="none")
    if reduction != "none" and rank:
        made = code.method(made, reduction, dim=len(axes))
    return lifter.of(call.node, made, axes, rank if reduction == "none" else 0)


def _alone(logits: Value, target: Value, reduction: str) -> tuple[Value, Value]:
    """``x.unsqueeze(0)`` of both is a batch of one, whose mean is that of ``x``."""
    inner = [code.squeezed(v.code, len(v.axes)) for v in (logits, target)]
    if reduction == "none" or logits.code is inner[0] or target.code is inner[1]:
        return logits, target
    first, second = (
        replace(v, code=made, rank=v.rank - 1, shape=v.shape[1:])
        for v, made in zip((logits, target), inner, strict=True)
    )
    return first, second


def _classes_second(logits: ast.expr, rank: int) -> ast.expr:
    """The logits with their classes in the second dimension, where they are expected."""
    if rank == 2:
        return logits
    if rank == 3:
        return code.method(logits, "transpose", code.const(1), code.const(2))
    return code.method(logits, "movedim", code.const(-1), code.const(1))


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
