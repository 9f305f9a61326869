"""Names that the file gives to modules, and names that are taken."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from loopscope.source.loop import Loop

_LIBRARIES = {"torch", "numpy", "math", "cmath", "operator", "functools", "itertools", "builtins"}


def imported_names(module: ast.Module) -> dict[str, str]:
    """Return the file's names of modules: ``{"numpy": "np"}``."""
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {a.name: a.asname or a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""  # `from . import tools`
            found |= {f"{package}.{a.name}": a.asname or a.name for a in node.names}
    return found


def not_of_a_library(written: str, imports: Mapping[str, str]) -> str:
    """Return the full name of a function of somebody's own file; ``""`` for any other callee.

    What ``norm`` of such a file does is not what ``torch.norm`` does.
    """
    root, dot, rest = written.partition(".")
    full = next((name for name, alias in imports.items() if root and alias == root), "")
    if not full or full.partition(".")[0] in _LIBRARIES:
        return ""
    return f"{full}{dot}{rest}"


def taken_names(loop: Loop) -> set[str]:
    """Return names that a rewrite must not use anew."""
    around = loop.function or loop.module
    names = {n.id for n in ast.walk(around) if isinstance(n, ast.Name)}
    names |= {n.arg for n in ast.walk(around) if isinstance(n, ast.arg)}
    for node in loop.module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {a.asname or a.name.split(".")[0] for a in node.names}
        elif not isinstance(node, ast.expr):
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names
