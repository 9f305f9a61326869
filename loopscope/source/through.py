"""How a value reads a name, for the reader."""

from __future__ import annotations

import ast

from loopscope.source.fold import FOLD
from loopscope.source.loop import dotted
from loopscope.source.names import last_name, names_in

_COPIES = {"clone", "detach"}


def through(value: ast.expr, name: str) -> str:
    """Return the outermost call around ``name``: ``torch.tanh``; ``""`` where there is none."""
    for node in ast.walk(value):
        if not isinstance(node, ast.Call) or name not in names_in(node):
            continue
        if last_name(node.func) not in _COPIES:
            return (dotted(node.func) or last_name(node.func)).removeprefix(FOLD)
    return ""
