"""Names that hold a module's parameters: ``weights = list(model.parameters())``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from loopscope.source.loop import dotted
from loopscope.vectorize import code


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of a module, in its order.

    Attributes:
        module: The module's name.
        trained: Only those that require gradients.
    """

    module: str
    trained: bool = False


def held_parameters(function: ast.AST) -> dict[str, Parameters]:
    """Return names that are set once, to a module's parameters."""
    stores = Counter(
        n.id
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    found: dict[str, Parameters] = {}
    for name, value in (pair for n in ast.walk(function) for pair in _assigned(n)):
        held = read_parameters(value, found) if stores[name] == 1 else None
        if held is not None and not stores[held.module.partition(".")[0]]:
            found[name] = held
    return found


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            for target, value in zip(names, values, strict=False):
                if isinstance(target, ast.Name):
                    yield target.id, value
        case _:
            pass


def read_parameters(node: ast.expr, known: Mapping[str, Parameters]) -> Parameters | None:
    """``list(model.parameters())``, or a name for it; ``None`` for any other expression."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner], keywords=[]):
            return read_parameters(inner, known)
        case ast.Call(
            func=ast.Attribute(value=owner, attr="parameters"), args=[], keywords=[]
        ) if dotted(owner):
            return Parameters(dotted(owner))
        case ast.ListComp(
            elt=ast.Name(id=item),
            generators=[ast.comprehension(target=ast.Name(id=name), iter=walked, ifs=[test])],
        ) if item == name and code.text(test) == f"{name}.requires_grad":
            whole = read_parameters(walked, {})
            return Parameters(whole.module, trained=True) if whole is not None else None
        case _:
            return None
