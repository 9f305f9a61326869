"""Ops along a dimension of a group's rows that leave each row by itself."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.value import Value

_DTYPES = {"any": "bool", "all": "bool", "argmax": "int64", "argmin": "int64"}
_REDUCE = {
    "sum", "mean", "std", "var", "prod", "logsumexp", "amax", "amin", "norm", *_DTYPES
}  # fmt: skip
_KEEP = {"softmax", "log_softmax", "cumsum", "cumprod"}


def of_each_row(call: Call, value: Value) -> Value | None:
    """``x[owner == k].sum(dim=1)`` is that of all rows; ``None`` where rows meet."""
    dim = call.keywords.get("dim", call.keywords.get("axis"))
    if dim is None and len(call.args) == 2 and call.name != "norm":
        dim = call.args[1]
    number = code.integer(dim.code) if dim is not None else None
    keep = call.keywords.get("keepdim")
    kept = keep is not None and code.text(keep.code) == "True"
    if number is None or number in (0, -value.rank) or call.name not in _REDUCE | _KEEP:
        return None
    if call.args[1:] not in ([], [dim]) or call.keywords.keys() - {"dim", "axis", "keepdim"}:
        return None
    if keep is not None and not kept:
        return None
    at = number + len(value.axes) if number > 0 else number
    made = code.method(value.code, call.name, dim=at, **({"keepdim": True} if kept else {}))
    value = replace(value, code=made, counter=None, factors=None, fill=None)
    if call.name in _KEEP:
        return value
    sizes = [*value.shape]
    sizes[number : number + 1 or None] = [1] if kept else []
    dtype = _DTYPES.get(call.name, value.dtype)
    return replace(value, rank=len(sizes), shape=tuple(sizes), dtype=dtype)


def wider(value: Value) -> Value:
    """Return rows with a dimension of one behind their own."""
    front = [code.FULL] * (len(value.axes) + value.rank)
    made = code.subscript(value.code, [*front, code.NONE])
    return replace(value, code=made, rank=value.rank + 1, shape=(*value.shape, 1))
