"""Which names later code may read as the loop left them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from loopscope.source.loop import COMPREHENSIONS, dotted
from loopscope.vectorize.around.free_names import free_names


def is_read_first(name: str, statements: Sequence[ast.AST]) -> bool:
    """Whether running ``statements`` in order may read ``name`` before it is set anew."""
    return _block_use(name, statements) == "read"


def is_set_first(name: str, statements: Sequence[ast.AST]) -> bool:
    """Whether running ``statements`` in order sets ``name`` anew before it may be read."""
    return _block_use(name, statements) == "set"


def reads_any(names: Iterable[str], statements: Sequence[ast.AST]) -> bool:
    """Whether running ``statements`` in order may read one of the names before it is set anew."""
    return any(is_read_first(name, statements) for name in names)


def _first_use(name: str, node: ast.AST) -> str:
    """``read``, ``set`` on every way through, or nothing."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return _in_order(name, [value], targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _in_order(name, [value], [target])
        case ast.AugAssign(target=target, value=value):
            return "read" if name in (*_reads(value), *_all_names(target)) else ""
        case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
            match _in_order(name, [iterable], [target]):
                case "set":  # an empty loop leaves the name as it was
                    return "read" if is_read_first(name, orelse) else ""
                case "read":
                    return "read"
                case _:
                    return "read" if is_read_first(name, [*body, *orelse]) else ""
        case ast.If(test=test, body=body, orelse=orelse):
            if name in _reads(test):
                return "read"
            uses = [_block_use(name, body), _block_use(name, orelse)]
            return "read" if "read" in uses else "set" if uses == ["set", "set"] else ""
        case ast.With(items=items, body=body):
            expressions = [i.context_expr for i in items]
            targets = [i.optional_vars for i in items if i.optional_vars is not None]
            return _in_order(name, expressions, targets) or _block_use(name, body)
        case ast.FunctionDef() | ast.AsyncFunctionDef() if "." not in name:
            return "read" if name in free_names(node) else ""
        case _:
            return "read" if name in _reads(node) else ""


def _block_use(name: str, body: Sequence[ast.AST]) -> str:
    for statement in body:
        use = _first_use(name, statement)
        if use:
            return use
    return ""


def _in_order(name: str, read: Sequence[ast.expr], targets: Sequence[ast.expr]) -> str:
    if any(name in _reads(e) for e in read):
        return "read"
    if any(name in _plain_targets(t) for t in targets):
        return "set"
    return "read" if any(name in _reads(t) for t in targets) else ""


def _plain_targets(target: ast.expr) -> set[str]:
    match target:
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return {n for e in elts for n in _plain_targets(e)}
        case ast.Name() | ast.Attribute():
            return {dotted(target)}
        case _:
            return set()


def _reads(node: ast.AST) -> set[str]:
    """Names and dotted attributes that are loaded anywhere in a node.

    A comprehension's variables are its own.
    """
    found: set[str] = set()
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        found.add(dotted(node))
    for child in ast.iter_child_nodes(node):
        found |= _reads(child)
    if isinstance(node, COMPREHENSIONS):
        targets = [g.target for g in node.generators]
        own = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        found = {name for name in found if name.partition(".")[0] not in own}
        found |= _reads(node.generators[0].iter)
    return found


def _all_names(node: ast.AST) -> set[str]:
    return {dotted(n) for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)}
