"""Ops along another dimension than the one whose length differs: each of its items by itself."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.op_names import op_name
from loopscope.vectorize.value import Value

_KEEP = {
    "softmax": 1, "log_softmax": 1, "softmin": 1, "cumsum": 1, "cumprod": 1, "logcumsumexp": 1,
    "cummax": 1, "cummin": 1, "flip": 1, "normalize": 2, "sort": 1, "argsort": 1, "topk": 2,
    "diff": 2,
}  # fmt: skip
_DROP = {
    "sum": 1, "mean": 1, "max": 1, "min": 1, "amax": 1, "amin": 1, "prod": 1, "any": 1, "all": 1,
    "logsumexp": 1, "argmax": 1, "argmin": 1, "var": 1, "std": 1, "norm": 2, "median": 1,
    "count_nonzero": 1, "nansum": 1, "nanmean": 1,
}  # fmt: skip
_LAST = {"sort", "argsort", "topk", "diff"}


def beside_mask(lifter: Lifter, call: Call, value: Value, mask: Value) -> Value | None:
    """Return what an op along a whole dimension makes; ``None`` for any other."""
    position = (_KEEP | _DROP).get(call.name)
    if position is None:
        return None
    given = call.argument(position, "dim", "axis", "dims")
    number = code.integer(given.code) if given is not None else None
    if given is None and call.name in _LAST:
        number = -1
    if number is None or number % value.rank == value.masked:
        return None
    plain = replace(value, mask=None, zeroed=None)
    made = _made(lifter, call, plain)
    if made is None:
        return None
    parts = made.parts and tuple(_masked(p, value, number, mask) for p in made.parts)
    return replace(_masked(made, value, number, mask), parts=parts)


def _made(lifter: Lifter, call: Call, plain: Value) -> Value | None:
    rest = [*call.args[1:], *call.keywords.values()]
    if plain.axes:
        return batched_op(lifter, call.with_operands([plain, *rest]))
    seen = lifter.what(call.node)
    if seen is None or seen.kind != "tensor" or not all(v.is_fixed for v in rest):
        return None
    lifter.used_ops.append(op_name(call.name))
    rebuilt = call.rebuild([v.code for v in (plain, *call.args[1:])])
    return lifter.of(call.node, rebuilt, (), seen.rank)


def _masked(made: Value, value: Value, number: int, mask: Value) -> Value:
    """What was made, with the mask where its dimension is now."""
    dropped = made.rank < value.rank and number % value.rank < value.masked
    return replace(made, mask=mask, masked=value.masked - dropped)
