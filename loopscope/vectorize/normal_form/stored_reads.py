"""Helpers that read what the loop stores: ``out[i] = step(out, i)`` as the step itself."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from loopscope.source.loop import dotted
from loopscope.vectorize.around.free_names import free_names

_MAX_DEPTH = 4


def with_stored_reads(
    loop: ast.For, functions: Mapping[str, ast.FunctionDef], around: ast.AST
) -> None:
    """Put the expression of such helpers in the place of their calls.

    What an iteration reads of a tensor that it stores to is told by the subscripts: those of a
    helper must stand in the loop. Other helpers are followed as they are called.

    Args:
        loop: The loop; it is changed.
        functions: The user's helpers, by the name of their call.
        around: The function that the loop stands in.
    """
    stored = {
        dotted(n.value)
        for n in ast.walk(loop)
        if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
    } - {""}
    if stored:
        inline = _Inline(functions, stored, _bound_names(around))
        for _ in range(_MAX_DEPTH):
            inline.visit(loop)


class _Inline(ast.NodeTransformer):
    def __init__(
        self, functions: Mapping[str, ast.FunctionDef], stored: set[str], bound: set[str]
    ) -> None:
        self.functions, self.stored, self.bound = functions, stored, bound

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        helper = self.functions.get(dotted(node.func))
        if helper is None or not any(dotted(a) in self.stored for a in _given(node)):
            return node
        value = _returned(helper)
        arguments = _arguments(helper, node)
        if value is None or arguments is None or (free_names(helper) & self.bound):
            return node
        made: ast.expr = _Parameters(arguments).visit(copy.deepcopy(value))
        for inner in ast.walk(made):
            if isinstance(inner, ast.expr):
                ast.copy_location(inner, node)
        return made


class _Parameters(ast.NodeTransformer):
    def __init__(self, arguments: Mapping[str, ast.expr]) -> None:
        self.arguments = arguments

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.arguments.get(node.id, node))


def _returned(helper: ast.FunctionDef) -> ast.expr | None:
    """What a helper of a single expression returns."""
    body = [s for s in helper.body if not _is_docstring(s)]
    match body:
        case [ast.Return(value=ast.expr() as value)]:
            inner = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
            binds = any(isinstance(n, (*inner, ast.NamedExpr)) for n in ast.walk(value))
            return None if binds else value
        case _:
            return None


def _arguments(helper: ast.FunctionDef, node: ast.Call) -> dict[str, ast.expr] | None:
    """What stands for each parameter; ``None`` where it is not plainly told."""
    parameters = [*helper.args.posonlyargs, *helper.args.args]
    names = [a.arg for a in parameters]
    given = list(node.args)
    if isinstance(node.func, ast.Attribute):
        given.insert(0, node.func.value)  # a method's own object
    found = dict(zip(names, given, strict=False))
    found |= {k.arg: k.value for k in node.keywords if k.arg}
    uneven = len(given) > len(names) or found.keys() != {*names}
    special = helper.args.vararg or helper.args.kwarg or helper.args.kwonlyargs
    if uneven or special or not all(map(_is_plain, found.values())):
        return None
    return found


def _given(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(k.value for k in node.keywords)]


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression may be evaluated anywhere, and any number of times."""
    return isinstance(node, ast.Name | ast.Constant) or bool(dotted(node))


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def _bound_names(function: ast.AST) -> set[str]:
    if isinstance(function, ast.Module):
        return set()  # its names are those of its helpers
    parameters = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    return parameters | {
        n.id
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
