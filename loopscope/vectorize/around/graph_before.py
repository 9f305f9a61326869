"""What a loop differentiates, where it was computed before the loop."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.around.region import Region
from loopscope.vectorize.names import assigned_names, count_uses

GRADIENTS = ("torch.autograd.grad", "autograd.grad")


def graph_before(region: Region) -> list[ast.stmt]:
    """Return the statements that compute it, in order: a copy of a tensor has no graph."""
    wanted: set[str] = set()
    for node in ast.walk(region.statement):
        if isinstance(node, ast.Call) and dotted(node.func) in GRADIENTS:
            wanted |= {n for a in node.args for n in count_uses(a)}
    found: list[ast.stmt] = []
    for statement in reversed(region.block[: region.at] if wanted else []):
        if not isinstance(statement, ast.Assign) and not _begins_to_require(statement, wanted):
            continue
        made = set(assigned_names([statement]))
        if made & set(count_uses(statement)):
            wanted -= made  # what it was before is not known: the graph begins here
            continue
        if made & wanted or not isinstance(statement, ast.Assign):
            found.insert(0, statement)
            wanted = (wanted - made) | set(count_uses(statement))
    return found


def _begins_to_require(statement: ast.stmt, wanted: set[str]) -> bool:
    """``x.requires_grad_()``."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="requires_grad_"))
        ):
            return name in wanted
        case _:
            return False
