"""Where a test holds first: ``(x == v).nonzero()[0].item()``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_PICKING = {"item", "min", "tolist"}
_SHAPING = {"squeeze", "flatten", "view", "reshape", "ravel", "long", "int"}


def lift_first_index(lifter: Lifter, node: ast.Subscript | ast.Call) -> Value | None:
    """Return the index of the first hit of each iteration; ``None`` for any other expression."""
    test = _searched(node)
    seen = lifter.what(node)
    if test is None or seen is None or seen.kind not in ("number", "tensor") or seen.mixed:
        return None
    single = seen.shape == (1,)
    if seen.rank and not single:
        return None
    found = lift_condition(lifter, test)
    if not found.axes or found.rank != 1 or found.kind != "tensor" or found.carry is not None:
        return None
    if found.members is not None or found.mask is not None or found.ragged:
        return None
    lifter.used_ops += ["torch.argmax", "torch.nonzero"]
    keep = {"keepdim": True} if single else {}
    place = code.method(
        code.method(found.code, "int"), "argmax", dim=code.const(len(found.axes)), **keep
    )
    shape = (1,) if single else ()
    python = seen.kind == "number"
    return Value(place, found.axes, len(shape), "tensor", "int64", shape, python=python)


def _searched(node: ast.expr) -> ast.expr | None:
    """The test whose hits are listed, where an expression takes the first of them."""
    picks = False
    while True:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Attribute(value=x, attr="tolist"))),
                args=[item],
            ) if node.func.attr == "index":  # type: ignore[attr-defined]  # the pattern says so
                return ast.Compare(x, [ast.Eq()], [item])
            case ast.Call(func=ast.Name(id="int"), args=[inner]):
                picks, node = True, inner
            case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _PICKING:
                picks, node = True, inner
            case ast.Subscript(value=inner, slice=index) if _first(index):
                picks, node = True, inner
            case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _SHAPING:
                node = inner
            case ast.Call(func=function, args=[test]) if code.text(function) in (
                "torch.nonzero",
                "torch.where",
                "torch.argwhere",
            ):
                return test if picks else None
            case ast.Call(func=ast.Attribute(value=test, attr="nonzero" | "argwhere"), args=[]):
                return test if picks else None
            case _:
                return None


def _first(index: ast.expr) -> bool:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(code.integer(p) == 0 for p in parts)
