"""``out.append(out[-1] + x)``: the last item of a list as the variable that it stands for."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.numbering import NUMBER


def with_last_items(
    loop: ast.For, initial: Mapping[str, Initial], taken: Collection[str]
) -> dict[str, Initial]:
    """Give the last item of lists that the loop reads it of a name; return how these begin.

    Args:
        loop: Is changed: ``last = out[-1] + x`` and ``out.append(last)``.
        initial: How names are made before the loop.
        taken: Names that cannot be had.
    """
    found: dict[str, Initial] = {}
    for name, made in initial.items():
        appends = [s for s in loop.body if _is_append(s, name)]
        uses = [n for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == name]
        reads = [n for n in ast.walk(loop) if _is_last(n, name)]
        if not made.items or len(appends) != 1 or not reads or len(uses) != len(reads) + 1:
            continue
        last = next(n for n in _wanted(name) if n not in taken)
        _Renamed(name, last, appends[0]).visit(loop)
        found[last] = _begun(made)
    return found


def _begun(made: Initial) -> Initial:
    first = made.items[-1]
    number = isinstance(first, ast.Constant) or code.integer(first) is not None
    return replace(made, code=first, items=(), is_list=False, fill=first if number else None,
                   scalar=number)  # fmt: skip


def _wanted(name: str) -> list[str]:
    single = name[:-1] if name.endswith("s") and len(name) > 2 else f"last_{name}"
    return [single, f"last_{name}", *(f"last_{name}_{k}" for k in range(2, 99))]


def _is_append(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append") as function, args=[_])):
            return isinstance(function.value, ast.Name) and function.value.id == name
        case _:
            return False


def _is_last(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id=base), slice=index, ctx=ast.Load()):
            return base == name and code.integer(index) == -1
        case _:
            return False


class _Renamed(ast.NodeTransformer):
    def __init__(self, name: str, last: str, append: ast.stmt) -> None:
        self.name, self.last, self.append = name, last, append

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        if node is not self.append or not isinstance(node.value, ast.Call):
            return node
        item = node.value.args[0]
        node.value.args[0] = _like(item, code.name(self.last))
        return [ast.copy_location(code.assignment(self.last, item), node), node]

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        return _like(node, code.name(self.last)) if _is_last(node, self.name) else node


def _like(seen: ast.expr, node: ast.expr) -> ast.expr:
    """A node that was seen to be what another was."""
    setattr(node, NUMBER, getattr(seen, NUMBER, -1))
    return node
