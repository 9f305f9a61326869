"""Names that the file gives to modules, and names that are taken."""

from __future__ import annotations

import ast

from loopscope.source.loop import Loop


def imported_names(module: ast.Module) -> dict[str, str]:
    """Return the file's names of modules: ``{"numpy": "np"}``."""
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {a.name: a.asname or a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}": a.asname or a.name for a in node.names}
    return found


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
