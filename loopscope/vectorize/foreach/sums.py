"""Sums over all tensors of a list: ``total = total + (p - q).square().sum()``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.additions import addition
from loopscope.vectorize.foreach.ops import normed_item
from loopscope.vectorize.names import count_uses
from loopscope.vectorize.value import NotLiftable


def added_sum(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Return ``total`` and ``x`` of ``total += x.sum()``; ``None`` for any other statement."""
    found = addition(statement)
    if found is None:
        return None
    name, value = found
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="sum"), args=[item]):
            return (name, item) if not value.keywords else None
        case ast.Call(func=ast.Attribute(value=item, attr="sum"), args=[], keywords=[]):
            return name, item
        case _ if normed_item(value) is not None:
            return name, value
        case _:
            return None


def check_only_summed(name: str, statement: ast.stmt, loop: ast.For) -> None:
    """Make sure that a sum is read by nothing else in the loop.

    Raises:
        NotLiftable: Something in the loop depends on what has been added so far.
    """
    if count_uses(loop).get(name, 0) != count_uses(statement).get(name, 0):
        raise NotLiftable(f"{name} of one iteration is read by the next")


def sum_of_all(tensors: ast.expr) -> ast.expr:
    """Return ``torch.cat([t.flatten() for t in tensors]).sum()``: shapes may differ.

    Norms have one.
    """
    if isinstance(tensors, ast.Call) and code.text(tensors.func) == "torch._foreach_norm":
        return code.method(code.call("torch.stack", tensors), "sum")
    target = ast.Name(id="t", ctx=ast.Store())
    walk = ast.comprehension(target=target, iter=tensors, ifs=[], is_async=0)
    flat = ast.ListComp(elt=code.method(code.name("t"), "flatten"), generators=[walk])
    return code.method(code.call("torch.cat", flat), "sum")


def is_any(walked: ast.expr) -> str:
    """What holds where a list has an item: a sum of none stays the number that it begins as.

    Raises:
        NotLiftable: It is walked once only, or not plain to see.
    """
    match walked:
        case ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[], keywords=[]):
            return f"len({code.text(owner)}) > 0"
        case ast.Name() | ast.Attribute():
            return f"len({code.text(walked)}) > 0"
        case ast.ListComp(generators=[ast.comprehension(ifs=[test]) as walk]):
            each = ast.comprehension(target=walk.target, iter=walk.iter, ifs=[], is_async=0)
            return f"any({code.text(ast.GeneratorExp(test, [each]))[1:-1]})"
        case ast.Call(func=ast.Name(id="zip"), args=[first, *_]):
            return is_any(first)
        case _:
            raise NotLiftable("a sum over what may be none")
