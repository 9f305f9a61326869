"""Calls of multi-tensor ops, in the fewest that do it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from loopscope.vectorize import code

_BOUNDS = ("min", "max")
IsNumber = Callable[[ast.expr], bool]


def calls_in_place(
    name: str,
    target: ast.expr,
    args: list[ast.expr],
    keywords: Mapping[str, ast.expr],
    is_number: IsNumber,
) -> list[ast.Call]:
    """Return the calls that change a list's tensors: two for a clamp, one for most others."""
    if name == "clamp_":
        bounds = {**dict(zip(_BOUNDS, args, strict=False)), **keywords}
        return [code.call(f"torch._foreach_clamp_{k}_", target, v) for k, v in bounds.items()]
    scaled = None if keywords else with_alpha(name, target, args[-1:], is_number)
    return [scaled or code.call(f"torch._foreach_{name}", target, *args, **keywords)]


def with_alpha(
    name: str, left: ast.expr, right: list[ast.expr], is_number: IsNumber
) -> ast.Call | None:
    """Return ``torch._foreach_add(ps, gs, alpha=a)`` where ``gs`` times ``a`` is added."""
    match right:
        case [ast.Call(args=[scaled, factor], keywords=[]) as product] if (
            name.removesuffix("_") in ("add", "sub")
            and code.text(product.func) == "torch._foreach_mul"
            and is_number(factor)
        ):
            return code.call(f"torch._foreach_{name}", left, scaled, alpha=factor)
        case _:
            return None
