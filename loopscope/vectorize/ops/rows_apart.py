"""Modules and functions that take each row by itself: of all rows at once, before they are cut."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.known import Embedded
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_ELEMENTS = {
    "Identity", "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish",
    "Tanh", "Sigmoid", "Softplus", "Softsign", "Hardtanh", "Hardsigmoid", "Hardswish",
    "LogSigmoid", "Embedding",
}  # fmt: skip
_LAST_DIMENSION = {"Linear", "LayerNorm", "RMSNorm"}
_FUNCTIONS = {"embedding": False, "one_hot": False, "linear": True, "layer_norm": True,
              "rms_norm": True}  # fmt: skip


def of_rows_apart(lifter: Lifter, call: Call) -> Value | None:
    """Return what a call makes of rows whose number differs; ``None`` where rows may meet.

    The call is made once, with the rows of all iterations: those that no iteration takes are left
    out of what is made of it, by the mask, or by the groups that the rows belong to.
    """
    value, *rest = call.args
    over_last = _works_along_last(lifter, call)
    others = [*rest, *call.keywords.values()]
    seen = lifter.what(call.node)
    if over_last is None or seen is None or seen.kind != "tensor" or seen.mixed:
        return None
    if not all(v.is_fixed for v in others) or value.carry is not None or value.boxed is not None:
        return None
    if over_last and value.masked == value.rank - 1:
        return None
    lifter.used_ops.append("batched_call")
    made = call.rebuild([v.code for v in call.args])
    _note_embedded(lifter, call, made)
    shape = (*value.shape[: value.rank - over_last], *seen.shape[value.rank - over_last :])
    found = Value(made, value.axes, seen.rank, "tensor", seen.dtype, shape)
    found = replace(found, members=value.members, mask=value.mask, masked=value.masked)
    return found if value.axes or value.mask is None else lifter.bind("rows", found)


def _note_embedded(lifter: Lifter, call: Call, made: ast.expr) -> None:
    """Remember of which table the rows are."""
    value, *rest = call.args
    seen = lifter.what(call.function)
    if call.function is not None and seen is not None and seen.value == "Embedding":
        name = code.text(call.function)
        conditions = (f"{name}.padding_idx is None", f"{name}.max_norm is None")
        table = code.attribute_of(call.function, "weight")
        rows = Embedded(value.code, table, conditions)
    elif call.name == "embedding" and len(rest) == 1 and not call.keywords:
        rows = Embedded(value.code, rest[0].code)
    else:
        return
    if value.rank == 1 and not value.axes:
        lifter.embedded[code.text(made)] = rows


def _works_along_last(lifter: Lifter, call: Call) -> bool | None:
    """Whether the last dimension must be whole; ``None`` for what is no op on rows."""
    seen = lifter.what(call.function)
    if call.function is not None and call.style == "function" and seen is not None:
        kinds = _kinds(seen)
        if kinds and kinds <= _ELEMENTS | _LAST_DIMENSION:
            plain = len(call.args) == 1 and not call.keywords
            return bool(kinds & _LAST_DIMENSION) if plain else None
    name = call.name.rpartition(".")[2]
    if call.style in ("method", "attribute", "builtin") or name not in _FUNCTIONS:
        return None
    if name == "one_hot" and len(call.args) + len(call.keywords) < 2:
        return None  # as many classes as the greatest label says
    return _FUNCTIONS[name]


def _kinds(seen: Seen) -> set[str]:
    """The classes of a module, or of those that it runs one after the other."""
    if seen.kind != "other" or not isinstance(seen.value, str):
        return set()
    return {*seen.dtype.split(",")} if seen.value == "Sequential" else {seen.value}
