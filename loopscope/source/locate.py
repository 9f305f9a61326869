"""Find the loop statement that a loop of the bytecode was compiled from."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from loopscope.model.recording import LoopSite
from loopscope.source.lines import split_lines
from loopscope.source.loop import COMPREHENSIONS, LOOP_NODES, FunctionNode, Loop, LoopNode, dotted


def locate_loop(text: str, site: LoopSite) -> Loop | None:
    """Return the innermost loop of ``text`` that holds all lines of ``site``.

    ``None`` where the text does not parse or holds no such loop: the file has changed since it
    was imported, or the code was made by a program.
    """
    parsed = _parse(text)
    if parsed is None:
        return None
    candidates = [
        node
        for node in parsed.loops
        if node.lineno <= site.line
        and (node.end_lineno or node.lineno) >= min(site.end_line, site.line)
        and _is_kind(node, site)
    ]
    if not candidates:
        return None
    node = min(candidates, key=lambda found: _distance(found, site))
    return Loop(
        node=node,
        module=parsed.module,
        function=_enclosing_function(node, parsed.parents),
        consumer=_consumer(node, parsed.parents),
        path=site.path,
        lines=tuple(split_lines(text)) or ("",),
    )


@dataclass(frozen=True, slots=True)
class _File:
    module: ast.Module
    loops: tuple[LoopNode, ...]
    parents: dict[ast.AST, ast.AST]


@lru_cache(maxsize=32)  # a file with many hot loops is asked about for each of them
def _parse(text: str) -> _File | None:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    nodes = list(ast.walk(module))
    parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    return _File(module, tuple(n for n in nodes if isinstance(n, LOOP_NODES)), parents)


def _is_kind(node: LoopNode, site: LoopSite) -> bool:
    match site.kind:
        case "while":
            return isinstance(node, ast.While)
        case "generator":
            return isinstance(node, ast.GeneratorExp)
        case "comprehension":
            return isinstance(node, COMPREHENSIONS)
        case _:  # an inlined comprehension (PEP 709) looks like a ``for``
            return not isinstance(node, ast.While)


def _distance(node: LoopNode, site: LoopSite) -> tuple[int, int, int]:
    """Order candidates: the header at the recorded place, then the smallest loop around it."""
    headers = _header_positions(node)
    at_column = site.column >= 0 and (site.line, site.column) in headers
    on_line = any(line == site.line for line, _ in headers)
    span = (node.end_lineno or node.lineno) - node.lineno
    return (
        0 if at_column else 1 if on_line else 2,
        span,
        (node.end_col_offset or 0) - node.col_offset,
    )


def _header_positions(node: LoopNode) -> list[tuple[int, int]]:
    match node:
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
            return [(iterable.lineno, iterable.col_offset), (node.lineno, node.col_offset)]
        case ast.While(test=test):
            return [(test.lineno, test.col_offset), (node.lineno, node.col_offset)]
        case _:
            return [(g.iter.lineno, g.iter.col_offset) for g in node.generators]


def _enclosing_function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> FunctionNode | None:
    up = parents.get(node)
    while up is not None:
        if isinstance(up, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return up
        up = parents.get(up)
    return None


def _consumer(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    up = parents.get(node)
    match up:
        case ast.Call(func=func) if func is not node:
            return dotted(func)
        case _:
            return ""
