"""Pure functions of torch whose batching no entry knows: ``torch.vmap`` maps them over items."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.calls import Call
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_NAMES = "xyzuvw"


def mapped_call(lifter: Lifter, call: Call) -> Value:
    """Return what ``torch.vmap`` of a function gives.

    Raises:
        NotLiftable: It is none of torch's, its operands are no tensors of one loop, or what it
            gives is no tensor.
    """
    seen = lifter.what(call.node)
    given = [v for v in (*call.args, *call.keywords.values()) if not v.is_fixed]
    axes = given[0].axes
    if call.function is None or seen is None or not _is_of_torch(lifter, call):
        raise NotLiftable(f"how {call.name or 'this call'} batches is not known")
    if any(v.kind != "tensor" or v.python or v.array for v in given):
        raise NotLiftable(f"how {call.name} batches is not known")
    if len(axes) != 1 or any(v.axes != axes for v in given):
        raise NotLiftable(f"{call.name} of items of different loops")
    if seen.kind != "tensor" or seen.mixed or None in seen.shape:
        raise NotLiftable(f"{call.name} gives results of different shapes")
    lifter.used_ops += ["torch.vmap", "batched_call"]
    made = code.call(code.call("torch.vmap", _of_one_item(call)), *(v.code for v in given))
    return lifter.of(call.node, made, axes, seen.rank)


def _is_of_torch(lifter: Lifter, call: Call) -> bool:
    root = call.style.partition(".")[0]
    modules = (m for m, alias in lifter.imports.items() if alias.partition(".")[0] == root)
    return call.style == "method" or any(m.partition(".")[0] == "torch" for m in modules)


def _of_one_item(call: Call) -> ast.expr:
    """The function itself, or a lambda where it is given more than items."""
    operands = [*call.args, *call.keywords.values()]
    fixed = [v.code for v in operands if v.is_fixed]
    whole = call.function if call.style != "method" else code.attribute(f"torch.{call.name}")
    if whole is not None and not fixed and not call.keywords:
        return whole
    read = {n.id for v in fixed for n in ast.walk(v) if isinstance(n, ast.Name)}
    names = [name for name in _NAMES if name not in read][: len(operands) - len(fixed)]
    left = iter(names)
    each = [v.code if v.is_fixed else code.name(next(left)) for v in operands]
    by_name = dict(zip(call.keywords, each[len(call.args) :], strict=True))
    items = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[],
        defaults=[],
    )  # fmt: skip
    return ast.Lambda(args=items, body=call.rebuild(each[: len(call.args)], **by_name))
