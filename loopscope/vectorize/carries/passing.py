"""Comparisons that a value which is no number never passes.

``if f1 > best: best = f1`` goes on where ``f1`` is 0 / 0; ``f1.max()`` would be NaN.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value

_INFINITE = {
    "max": ast.parse("float('-inf')", mode="eval").body,
    "min": ast.parse("float('inf')", mode="eval").body,
}
_UNDEFINED = {"log", "log2", "log10", "sqrt", "rsqrt", "acos", "asin", "pow", "div", "lgamma"}


def may_be_nan(lifter: Lifter, node: ast.expr) -> bool:
    """Whether finite inputs may give no number: a quotient, a root, a logarithm."""
    bound: dict[str, list[ast.expr]] = {}
    for statement in lifter.statements:
        if isinstance(statement, ast.Assign):
            bound.setdefault(code.text(statement.targets[0]), []).append(statement.value)
    waiting: list[ast.AST] = [node]
    while waiting:
        for inner in _numbers(waiting.pop()):
            match inner:
                case ast.BinOp(op=ast.Div(), right=right) if not isinstance(right, ast.Constant):
                    return True
                case ast.BinOp(op=ast.Pow(), right=right) if code.integer(right) is None:
                    return True
                case ast.Call(func=ast.Attribute(attr="pow"), args=[*_, power]) if (
                    code.integer(power) is not None
                ):
                    pass
                case ast.Call(func=ast.Attribute(attr=attr)) if attr in _UNDEFINED:
                    return True
                case ast.Name(id=name) if name in bound:
                    waiting += bound.pop(name)
                case _:
                    pass
    return False


def _numbers(node: ast.AST) -> Iterator[ast.AST]:
    """Code that may give no number: a comparison holds or not, whatever it compares."""
    yield node
    if not isinstance(node, ast.Compare):
        for inner in ast.iter_child_nodes(node):
            yield from _numbers(inner)


def passing(
    lifter: Lifter, wanted: str, compared: Value, form: str, start: Value, *, strict: bool = True
) -> Value:
    """Return what passes the start of an extremum, and the start in the place of what does not.

    Where what is equal to the start passes as well, an infinity is in the place of the others.
    """
    bound = start.fill if start.fill is not None else start.code
    ops = (ast.Gt(), ast.GtE()) if form == "max" else (ast.Lt(), ast.LtE())
    test = ast.Compare(compared.code, [ops[not strict]], [bound])
    other = bound if strict else _INFINITE[form]
    made = code.call("torch.where", test, compared.code, other)
    key = code.text(made)
    if key not in lifter.recurrences:
        lifter.used_ops.append("torch.where")
        last = dotted(compared.code) or wanted.rsplit(".", 1)[-1]
        lifter.recurrences[key] = lifter.bind(f"{last}_passing", replace(compared, code=made))
    return lifter.recurrences[key]
