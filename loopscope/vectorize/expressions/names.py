"""Names and attributes, and what else is the same in every iteration."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.calls import Call, batched_op
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


def lift_name(lifter: Lifter, node: ast.Name) -> Value:
    """A name of the body, or one from before the loop."""
    known = lifter.env.get(node.id)
    if known is not None:
        return known
    if node.id in lifter.written:
        raise NotLiftable(f"{node.id} is read while the loop writes it")
    if node.id in lifter.passed:
        raise NotLiftable(f"{node.id} is read after the loop over it")
    return lift_fixed(lifter, node)


def lift_attribute(lifter: Lifter, node: ast.Attribute) -> Value:
    """``x.shape``, ``self.bias``, ``found.values``."""
    known = lifter.env.get(dotted(node)) if dotted(node) else None
    if known is not None:
        return known
    if dotted(node) in lifter.written:
        raise NotLiftable(f"{dotted(node)} is read while the loop writes it")
    if _root_is_fixed(lifter, node):
        return lifter.typed(node, substituted(node, lifter.env))
    receiver = lifter.lift(node.value)
    if receiver.parts is not None and node.attr in ("values", "indices"):
        return receiver.parts[0 if node.attr == "values" else 1]
    if receiver.bounds and node.attr in ("start", "stop"):
        bound = receiver.bounds[node.attr == "stop"]
        if bound is not None:
            return bound
    if receiver.is_fixed:
        return lifter.typed(
            node, ast.Attribute(value=receiver.code, attr=node.attr, ctx=ast.Load())
        )
    return batched_op(lifter, Call(node.attr, "attribute", [receiver], {}, node, None))


def lift_fixed(lifter: Lifter, node: ast.expr) -> Value:
    """An expression of any other kind, where nothing in it moves."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and (
            inner.id in lifter.written | lifter.passed - lifter.env.keys()
            or (inner.id in lifter.env and not _is_code(lifter.env[inner.id]))
        ):
            raise NotLiftable(f"{code.text(node)} is not understood")
    return lifter.typed(node, substituted(node, lifter.env))


def _is_code(value: Value) -> bool:
    """Whether its code can stand for it anywhere."""
    return value.is_fixed and value.list_of is None


def _root_is_fixed(lifter: Lifter, node: ast.Attribute) -> bool:
    name = dotted(node)
    if not name:
        return False
    root = name.split(".")[0]
    known = lifter.env.get(root)
    return known is None or (known.is_fixed and isinstance(known.code, ast.Name))


def substituted(node: ast.expr, env: Mapping[str, Value]) -> ast.expr:
    """Put the code of fixed names of the body in their place."""

    class Substitute(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            known = env.get(name.id)
            if known is None or not isinstance(name.ctx, ast.Load):
                return name
            return known.code

    # A NodeTransformer is typed to return Any.
    return Substitute().visit(copy.deepcopy(node))  # type: ignore[no-any-return]
