"""Python's numbers are doubles: counters that become floats next to tensors of that dtype."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.value import Value

_FLOATS = ("float", "bfloat")


def uses_doubles(seen: Iterable[Seen]) -> bool:
    """Whether every floating tensor of the loop was seen to be a double."""
    found = {s.dtype for s in seen if s.kind == "tensor" and s.dtype.startswith(_FLOATS)}
    return found == {"float64"}


def as_doubles(value: Value) -> Value:
    """Whole numbers of all iterations as doubles, as a Python float has them.

    What is fixed or a float already is returned as it is.
    """
    if not value.axes or value.rank or not value.dtype.startswith(("int", "uint")):
        return value
    made = _double(value.code)
    return replace(value, code=made, dtype="float64", counter=None, scaled=None)


def _double(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(attr="arange"), args=args, keywords=[]):
            return code.call("torch.arange", *args, dtype=code.attribute("torch.float64"))
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, _double(operand))
        case _:
            return code.method(node, "double")
