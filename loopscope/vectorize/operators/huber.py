"""A square near zero and a line beyond is ``huber_loss``: one op in the place of nine.

Huber, *Robust estimation of a location parameter*, 1964.
"""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Value


def huber(lifter: Lifter, test: Value, then: Value, orelse: Value) -> ast.expr | None:
    """Return the code where ``|e| <= d`` chooses between ``e² / 2`` and ``d (|e| - d / 2)``."""
    if not lifter.fused or not test.axes == then.axes == orelse.axes or then.dtype != orelse.dtype:
        return None
    match test.code:
        case ast.Compare(left=size, ops=[ast.LtE() | ast.Lt()], comparators=[bound]):
            pass
        case _:
            return None
    error = _absolute(lifter.defined(size))
    if error is None or not then.dtype.startswith("float"):
        return None
    e, m, d = code.text(error), code.text(size), code.text(bound)
    squares = {f"0.5 * {x} * {x}" for x in (e, m)} | {f"0.5 * {x} ** 2" for x in (e, m)}
    squares |= {f"{x} ** 2 / 2" for x in (e, m)} | {f"0.5 * ({e} * {e})"}
    lines = {f"{d} * ({m} - 0.5 * {d})", f"{d} * {m} - 0.5 * {d} ** 2"}
    if code.text(then.code) not in squares or code.text(orelse.code) not in lines:
        return None
    if not isinstance(bound, ast.Constant):
        lifter.assume(f"{d} > 0")
    lifter.used_ops.append("torch.nn.functional.huber_loss")
    zeros = code.call("torch.zeros_like", error)
    loss = "torch.nn.functional.huber_loss"
    return code.call(loss, error, zeros, reduction=code.const("none"), delta=bound)


def _absolute(node: ast.expr) -> ast.expr | None:
    """``e`` of ``torch.abs(e)`` and ``e.abs()``, where it is a name."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="abs"), args=[inner]):
            found = inner
        case ast.Call(func=ast.Attribute(value=inner, attr="abs"), args=[]):
            found = inner
        case _:
            return None
    return found if isinstance(found, ast.Name | ast.Attribute) else None
