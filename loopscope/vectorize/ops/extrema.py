"""The greater or the lesser of two."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value, align


def extremum(
    lifter: Lifter, name: str, left: Value, right: Value, *, python: bool = False
) -> Value:
    """``max(a, b)``: a bound that is the same for all is a clamp."""
    axes, rank = union([left.axes, right.axes]), max(left.rank, right.rank)
    for bound, other in ((right, left), (left, right)):
        if bound.is_fixed and bound.kind == "number" and not other.is_fixed:
            lifter.used_ops.append("torch.clamp")
            limit = {"min" if name == "max" else "max": bound.code}
            inner = other.code
            if (
                isinstance(inner, ast.Call)
                and isinstance(inner.func, ast.Attribute)
                and inner.func.attr == "clamp"
                and not {k.arg for k in inner.keywords} & set(limit)
            ):
                both = {k.arg or "": k.value for k in inner.keywords} | limit
                ordered = {k: both[k] for k in ("min", "max")}
                made: ast.expr = code.method(inner.func.value, "clamp", *ordered.values())
            else:
                made = code.method(inner, "clamp", **limit)
            cut = (other.counter, bound.code) if other.counter is not None else None
            return Value(
                made, axes, rank, "tensor", other.dtype, other.shape, python=python, cut=cut
            )
    lifter.used_ops.append(f"torch.{name}imum")
    made = code.call(f"torch.{name}imum", align(left, axes, rank), align(right, axes, rank))
    dtype = left.dtype if left.kind == "tensor" else right.dtype
    return Value(made, axes, rank, "tensor", dtype, left.shape, python=python)
