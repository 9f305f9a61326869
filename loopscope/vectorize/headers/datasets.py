"""Items of a ``TensorDataset``: rows of its tensors."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import Value

_NAME = "TensorDataset"


def bind_dataset(
    lifter: Lifter, target: ast.expr, iterable: ast.expr, value: Value
) -> Axis | None:
    """Bind the names of ``for x, y in dataset`` to its tensors; ``None`` for anything else."""
    seen = lifter.what(iterable)
    if seen is None or seen.kind != "other" or seen.value != _NAME or not value.is_fixed:
        return None
    if not isinstance(target, ast.Tuple) or not all(isinstance(e, ast.Name) for e in target.elts):
        return None
    text = code.text(value.code)
    lifter.assume(f"type({text}) is torch.utils.data.{_NAME}")
    size = code.call("len", value.code)
    axis = new_axis(
        lifter, target, Linear(), Linear(((code.text(size), 1),)), size, None, over=text
    )
    tensors = code.attribute_of(value.code, "tensors")
    for k, element in enumerate(target.elts):
        name = code.text(element)
        item = lifter.loaded.get(name)
        if item is None or item.kind != "tensor" or item.mixed or None in item.shape:
            continue  # nothing reads it
        whole = lifter.bind(f"{name}s", Value(code.subscript(tensors, [code.const(k)])))
        rows = Value(whole.code, (axis,), item.rank, "tensor", item.dtype, item.shape)
        bind_target(lifter, element, rows)
    return axis
