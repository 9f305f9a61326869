"""How a value reads a name, for the reader."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.source.names import last_name, names_in


def through(value: ast.expr, name: str) -> str:
    """Return the outermost call around ``name``: ``torch.tanh``; ``""`` where there is none."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and name in names_in(node):
            return dotted(node.func) or last_name(node.func)
    return ""
