"""Adding one at an index: a histogram."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.stores.casts import CASTS
from loopscope.vectorize.value import Value


def write_count(
    lifter: Lifter, store: Store, index: ast.expr, value: Value, *, dims: int = 1
) -> ast.stmt:
    """``counts[k] += 1`` is a histogram; ``dims`` is how many dimensions ``index`` has."""
    initial = lifter.initial.get(store.base)
    lifter.used_ops += ["torch.bincount", "Tensor.scatter_add_", "Tensor.index_add_"]
    if not isinstance(index, ast.Name | ast.Attribute | ast.Subscript):  # -1 is the last place
        lifter.assume(f"bool(({code.text(index)} >= 0).all())")
    flat = index if dims == 1 else code.method(index, "flatten")
    size: ast.expr = code.call("len", code.attribute(store.base))
    if initial is not None and initial.size is not None:
        size = initial.size
    counts: ast.expr = code.call("torch.bincount", flat, minlength=size)
    one = isinstance(value.code, ast.Constant) and value.code.value == 1
    if not one:
        counts = code.binary(counts, ast.Mult(), value.code)
    first = store.base not in lifter.finished
    lifter.finished.add(store.base)
    if first and initial is not None and initial.is_fill(0):
        lifter.dropped.add(store.base)
        if store.seen.dtype != "int64":
            counts = code.method(counts, CASTS.get(store.seen.dtype, "float"))
        return code.assignment(store.base, counts)
    return ast.AugAssign(
        target=ast.Name(id=store.base, ctx=ast.Store()), op=ast.Add(), value=counts
    )
