"""What a call computes, by name."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.source.names import last_name

_MODULES = {"torch", "np", "numpy"}
_OF_TWO = {"max": "maximum", "min": "minimum"}


def operation_name(call: ast.Call) -> str:
    """Return the last part of the callee's name; ``maximum`` for ``torch.max(a, b)`` of two.

    ``x.max(1)`` and ``torch.max(x, dim=1)`` reduce, as ``max(values)`` does.
    """
    name = last_name(call.func)
    return _OF_TWO.get(name, name) if _takes_two(call) else name


def _takes_two(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=receiver) if dotted(receiver) not in _MODULES:
            others = call.args
        case _:
            others = call.args[1:]
    return bool(others) and not _is_number(others[0])


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int()) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case _:
            return False
