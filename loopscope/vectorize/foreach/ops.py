"""Which ops have a multi-tensor form, ``torch._foreach_*``."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted

BINARY = {"add_", "sub_", "mul_", "div_", "copy_", "lerp_", "clamp_min_", "clamp_max_", "pow_"}
POINTWISE = {"addcmul_", "addcdiv_"}
UNARY = {"zero_", "neg_", "sqrt_", "exp_", "abs_", "reciprocal_", "sign_"}
MAPPED = {
    "sqrt",
    "exp",
    "abs",
    "neg",
    "log",
    "reciprocal",
    "sign",
    "sigmoid",
    "tanh",
    "cos",
    "sin",
}
NORMS = {"torch.norm", "torch.linalg.vector_norm", "torch.linalg.norm"}
OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}


def is_arithmetic(node: ast.expr) -> bool:
    """Whether multi-tensor ops compute it."""
    match node:
        case ast.BinOp() | ast.UnaryOp():
            return True
        case ast.Call(func=ast.Attribute(attr=name), args=[_], keywords=[]) if is_method(name):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in MAPPED or normed_item(node) is not None
        case _:
            return False


def is_method(name: str) -> bool:
    """Whether ``x.name(y)`` has a multi-tensor form: ``add``, and ``add_`` of what is new."""
    return f"{name.removesuffix('_')}_" in BINARY - {"copy_", "lerp_"}


def normed_item(node: ast.expr) -> ast.expr | None:
    """Return ``p`` of ``p.norm()`` and ``torch.norm(p)``; ``None`` for any other call."""
    match node:
        case ast.Call(func=function, args=[item], keywords=[]) if dotted(function) in NORMS:
            return item
        case ast.Call(func=ast.Attribute(value=item, attr="norm"), args=[], keywords=[]):
            return item
        case _:
            return None
