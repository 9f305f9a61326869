"""Tensors that code of a branch makes which never ran: what they are says the call itself."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_FILLS = ("torch.zeros", "torch.ones")
_MODULE_SIZES = {  # attributes of torch.nn's modules
    "embedding_dim", "hidden_size", "input_size", "in_features", "out_features",
    "in_channels", "out_channels",
}  # fmt: skip


def unseen_fill(lifter: Lifter, node: ast.Call, made: ast.expr) -> Value | None:
    """Return what ``torch.zeros(n, m)`` makes; ``None`` where its sizes may be a tuple's."""
    if dotted(node.func) not in _FILLS or any(k.arg != "device" for k in node.keywords):
        return None
    if not node.args or not all(_is_size(lifter, size) for size in node.args):
        return None
    rank = len(node.args)
    return Value(made, (), rank, "tensor", "float32", (None,) * rank)


def _is_size(lifter: Lifter, node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.Subscript(
            value=ast.Attribute(attr="shape"), slice=ast.Constant() | ast.UnaryOp()
        ):
            return True
        case ast.Call(func=ast.Attribute(attr="size"), args=[_]):
            return True
        case ast.Attribute(attr=attr) if attr in _MODULE_SIZES:
            return True
        case ast.Name() | ast.Attribute():
            seen = lifter.loaded.get(dotted(node))
            return seen is not None and seen.kind == "number"
        case _:
            return False
