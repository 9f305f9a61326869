"""The dtype that ``torch.tensor(items)`` has."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.python_numbers import FLOATS, is_python
from loopscope.vectorize.stores.casts import CASTS
from loopscope.vectorize.value import NotLiftable, Value

_DTYPES = {name: dtype for dtype, name in CASTS.items()}


def as_seen_tensor(lifter: Lifter, call: Call, value: Value) -> Value:
    """Return all items with the dtype that was seen.

    Raises:
        NotLiftable: Others of these items may make a tensor of another dtype.
    """
    seen = lifter.what(call.node)
    own = "int64" if value.dtype == "int" else value.dtype  # what counters have
    if seen is None or seen.kind != "tensor" or seen.dtype == own:
        return value
    if own and call.name in ("tensor", "as_tensor") and not _says_dtype(call, value, seen.dtype):
        raise NotLiftable("a list: its items may have another dtype than were seen")
    return replace(
        value, code=code.method(value.code, "to", code.attribute(f"torch.{seen.dtype}"))
    )


def as_told(value: Value, dtype: ast.expr) -> Value:
    """Return all items with the dtype that the call names."""
    name = code.text(dtype).removeprefix("torch.")
    if value.kind == "tensor" and value.dtype == _DTYPES.get(name, name):
        return value
    return replace(value, code=code.method(value.code, "to", dtype))


def _says_dtype(call: Call, value: Value, dtype: str) -> bool:
    """Whether a tensor of these numbers has that dtype whatever they are."""
    floats = value.dtype in ("float", *FLOATS), dtype in FLOATS
    alike = floats[0] == floats[1] and (value.dtype == "bool") == (dtype == "bool")
    return alike and _is_of_numbers(call.args[0])


def _is_of_numbers(value: Value) -> bool:
    """Whether a list, its items or theirs, holds Python's numbers."""
    if value.list_of is not None and value.list_of.item is not None:
        return _is_of_numbers(value.list_of.item)
    if value.parts:
        return all(map(_is_of_numbers, value.parts))
    return is_python(value) or value.dtype in ("int", "float")  # as Python calls them
