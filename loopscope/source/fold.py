"""An inner loop that folds, as the one call that does the same."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.source.replace import replace
from loopscope.source.update import Update, classify_update

FOLD = "fold "
_CALLS = {
    Update.ADD: "sum",
    Update.MUL: "prod",
    Update.MAX: "max",
    Update.MIN: "min",
    Update.OR: "any",
    Update.AND: "all",
    Update.LOGADDEXP: "logsumexp",
    Update.CAT: "cat",
}
_NEUTRAL = {Update.ADD: 0, Update.MUL: 1}


def fold(name: str, value: ast.expr) -> ast.expr | None:
    """Return ``sum(e)`` for ``name = name + e``, and so on; ``None`` where no call does the same.

    The call's name is made up, ``fold sum``, and in no source. Over which counter is left open: it
    is the one that the inner loop counts.
    """
    form = classify_update(value, lambda node: dotted(node) == name)
    if form not in _CALLS:
        return None
    function = ast.Name(FOLD + _CALLS[form], ast.Load())
    return ast.Call(function, [folded_term(name, value, form)], [])


def folded_term(name: str, value: ast.expr, form: Update) -> ast.expr:
    """Return what is folded in: ``e`` of ``name + e``."""
    match value:
        case ast.BinOp(left=left, op=op, right=right) if form in _NEUTRAL:
            if dotted(left) == name:
                turned = ast.UnaryOp(ast.USub(), right) if isinstance(op, ast.Sub) else right
                return turned if isinstance(op, ast.Add | ast.Sub | ast.Mult) else value
            if dotted(right) == name and isinstance(op, ast.Add | ast.Mult):
                return left
            neutral = ast.Constant(_NEUTRAL[form])
            return replace(value, lambda node: dotted(node) == name, neutral)
        case ast.Call(args=[left, right]):
            return right if dotted(left) == name else left
        case ast.Call(func=ast.Attribute(value=receiver), args=[right]):
            return right if dotted(receiver) == name else receiver
        case _:
            return value
