"""Ones at an index of zeros."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import CASTS
from loopscope.vectorize.subscripts.counted_slice import slice_of


def as_one_hot(lifter: Lifter, store: Store, rank: int) -> ast.expr | None:
    """Ones at the last dimension of zeros; ``None`` for any other store."""
    initial, value = lifter.initial.get(store.base), store.value
    *front, last = store.places
    plain = (
        initial is not None
        and store.base not in lifter.finished
        and initial.is_fill(0)
        and initial.shape
        and store.guard is None
        and rank == 0
        and last.index is not None
        and isinstance(value.code, ast.Constant)
        and value.code.value in (1, True)
        and all(p.counter is not None for p in front)
        and last.index.axes == union([[p.counter.axis for p in front if p.counter]])
    )
    if not plain or initial is None or last.index is None or not initial.shape:
        return None
    if any(
        not code.is_full(slice_of(lifter, p.counter, store.seen.shape[p.dim], store.base, p.dim))
        for p in front
        if p.counter is not None
    ):
        return None
    lifter.used_ops += ["torch.nn.functional.one_hot", "Tensor.scatter_"]
    prefix = lifter.imports.get("torch.nn.functional", "torch.nn.functional")
    made: ast.expr = code.call(f"{prefix}.one_hot", last.index.code, initial.shape[-1])
    if store.seen.dtype != "int64":
        made = code.method(made, CASTS.get(store.seen.dtype, "float"))
    return made
