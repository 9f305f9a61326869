"""Run a loop once and note what every expression in it was."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from loopscope.model.seen import Seen, merge

NUMBER = "_seen_number"  # attribute of a node: its place in what ``observe`` returns
_SEE = "__see__"
_MAX_ITEMS = 64


def number_expressions(trees: Iterable[ast.AST]) -> None:
    """Give every expression that is read a number."""
    count = 0
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                setattr(node, NUMBER, count)
                count += 1


def observe(
    statements: list[ast.stmt],
    functions: Iterable[ast.FunctionDef],
    namespace: dict[str, Any],
) -> dict[int, Seen]:
    """Run numbered statements in ``namespace`` and return what their expressions were.

    ``functions`` are the helpers that the statements call by name: they are observed as well.
    Whoever calls has made sure that the code may be run, and protects random state.

    Raises:
        Exception: Whatever the code raises.
    """
    seen: dict[int, Seen] = {}

    def see(number: int, value: object) -> object:
        now = describe(value)
        before = seen.get(number)
        seen[number] = now if before is None or before == now else merge(before, now)
        return value

    body = [_Instrument().visit(copy.deepcopy(node)) for node in (*functions, *statements)]
    module = ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))
    namespace[_SEE] = see
    try:
        exec(compile(module, "<loopscope observation>", "exec"), namespace)
    finally:
        namespace.pop(_SEE, None)
    return seen


def describe(value: object, depth: int = 0) -> Seen:
    """Return what a value is."""
    match value:
        case torch.Tensor():
            return Seen(
                "tensor",
                str(value.dtype).removeprefix("torch."),
                tuple(value.shape),
                str(value.device),
                requires_grad=value.requires_grad,
            )
        case np.ndarray():
            return Seen("array", str(value.dtype), tuple(value.shape))
        case bool() | int() | float():
            return Seen("number", type(value).__name__, value=value)
        case list() | tuple():
            item = None
            if depth < 3:
                for element in value[:_MAX_ITEMS]:
                    now = describe(element, depth + 1)
                    item = now if item is None else merge(item, now)
            return Seen("list", type(value).__name__, (len(value),), item=item)
        case range():
            return Seen("list", "range", (len(value),))
        case None:
            return Seen("none")
        case _:
            return Seen("other", value=type(value).__name__)


class _Instrument(ast.NodeTransformer):
    """Wrap every numbered expression that is read."""

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 (ast's own)
        number = getattr(node, NUMBER, None)
        node = self.generic_visit(node)
        read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        wrapped = isinstance(node, ast.expr) and not isinstance(
            node, ast.Slice | ast.Starred | ast.Lambda | ast.JoinedStr | ast.FormattedValue
        )
        if number is None or not wrapped or not read:
            return node
        return ast.Call(
            func=ast.Name(id=_SEE, ctx=ast.Load()),
            args=[ast.Constant(value=number), node],
            keywords=[],
        )
