"""Statements under ``torch.no_grad()``: what they make is made under it as well."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value


def lift_without_grad(lifter: Lifter, context: ast.expr, body: list[ast.stmt]) -> None:
    """Lift the statements; those that need it are written under ``with`` again."""
    begun, env = len(lifter.statements), dict(lifter.env)
    stores = len(lifter.stores)
    lifter.lift_statements(body)
    if not _needs_it(lifter, body):
        return
    for name, value in list(lifter.env.items()):
        if env.get(name) is not value:
            lifter.env[name] = _written(lifter, name, value)
    for k, store in enumerate(lifter.stores[stores:], stores):
        lifter.stores[k] = replace(store, value=_written(lifter, "stored", store.value))
    inside = lifter.statements[begun:]
    if inside:
        around = ast.With(items=[ast.withitem(context_expr=context)], body=inside, lineno=0)
        lifter.statements[begun:] = [around]


def _needs_it(lifter: Lifter, body: list[ast.stmt]) -> bool:
    """Whether autograd could follow what is done: a module is called, or a tensor tracked."""
    for node in (n for s in body for n in ast.walk(s)):
        seen = lifter.what(node.func if isinstance(node, ast.Call) else node)
        if seen is not None and (seen.requires_grad or _is_module(node, str(seen.value))):
            return True
    return False


def _is_module(node: ast.AST, kind: str) -> bool:
    plain = ("function", "builtin_function_or_method", "method", "None", "type", "module")
    return isinstance(node, ast.Call) and kind not in plain


def _written(lifter: Lifter, name: str, value: Value) -> Value:
    """The value under a name of its own."""
    filled = value.list_of
    if filled is not None and filled.item is not None and filled.item.axes:
        if filled.more:
            raise NotLiftable("several items are appended without gradients")
        item = _written(lifter, "item", filled.item)
        return replace(value, list_of=replace(filled, item=item))
    if value.carry is not None:
        raise NotLiftable(f"{name} is carried without gradients")
    if not value.axes or value.kind == "other" or value.counter is not None:
        return value
    if isinstance(value.code, ast.Name):
        return value
    inner = code.squeezed(value.code, len(value.axes))
    bound = lifter.bind(name, replace(value, code=inner))
    if inner is value.code:
        return bound
    return replace(bound, code=code.method(bound.code, "unsqueeze", code.const(len(value.axes))))
