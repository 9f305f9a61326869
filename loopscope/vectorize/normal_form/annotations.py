"""Assignments without their annotations: ``out: list[Tensor] = []`` makes what ``out = []`` does.

Python does not evaluate the annotation of a local variable, and a loop that is run again on its
own has no names for it.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import Any

from loopscope.source.loop import Loop


def without_annotations(loop: Loop) -> Loop:
    """Return the loop without annotations of variables.

    It is a loop of a copy of the file's tree; where there are none it is the same one.
    """
    around = loop.function or loop.module
    if not any(isinstance(node, ast.AnnAssign) for node in ast.walk(around)):
        return loop
    memo: dict[int, Any] = {}
    module = copy.deepcopy(loop.module, memo)
    _Plain().visit(memo[id(around)])
    function = memo[id(loop.function)] if loop.function is not None else None
    return replace(loop, module=module, node=memo[id(loop.node)], function=function)


class _Plain(ast.NodeTransformer):
    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node  # there they are evaluated, and looked at

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        plain = ast.Pass() if node.value is None else ast.Assign([node.target], node.value)
        return ast.fix_missing_locations(ast.copy_location(plain, node))
