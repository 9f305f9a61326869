"""Names from around a function: ``x += v`` would make one its own, ``x.add_(v)`` does not."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.around.free_names import free_names, set_names
from loopscope.vectorize.in_place import IN_PLACE
from loopscope.vectorize.value import NotLiftable

_METHODS = {type(op): name for name, op in IN_PLACE.items()}


def with_outer_names(statements: list[ast.stmt], function: ast.AST) -> list[ast.stmt]:
    """Return statements of a function that bind no name from around it.

    Raises:
        NotLiftable: They would have to.
    """
    if isinstance(function, ast.Module):
        return statements
    outer = free_names(function) - set_names(function)
    made = [_InPlace(outer).visit(s) for s in statements]
    bound = outer & set_names(ast.Module(made, []))
    for name in sorted(n for n in bound if n.isidentifier()):  # an entry of a dict is no name
        raise NotLiftable(f"{name} is a name of what is around the function")
    return made


class _InPlace(ast.NodeTransformer):
    """Calls the method in the place of the operator: only tensors are changed by these."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        match node.target:
            case ast.Name(id=name) if name in self.names and type(node.op) in _METHODS:
                changed = code.method(code.name(name), _METHODS[type(node.op)], node.value)
                return ast.Expr(changed)
            case _:
                return node
