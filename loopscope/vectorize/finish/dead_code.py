"""Temporaries that nothing reads any more."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize.names import count_uses


def without_dead(groups: list[list[ast.stmt]], live: tuple[str, ...]) -> list[list[ast.stmt]]:
    """Return statements without those that only make names which nothing reads."""
    needed = set(live)
    kept: list[list[ast.stmt]] = []
    for group in reversed(groups):
        rest: list[ast.stmt] = []
        for statement in reversed(group):
            made = _makes_only(statement)
            if made and not made & needed:
                continue
            needed -= made
            needed |= set(count_uses(statement)) - _parameters_only(statement)
            needed |= {dotted(n) for n in ast.walk(statement) if isinstance(n, ast.Attribute)}
            rest.append(statement)
        kept.append(rest[::-1])
    return kept[::-1]


def _parameters_only(statement: ast.stmt) -> set[str]:
    """Names that are read as parameters of lambdas alone."""
    inside: set[int] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Lambda):
            own = {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
            read = (n for n in ast.walk(node.body) if isinstance(n, ast.Name) and n.id in own)
            inside |= {id(n) for n in read}
    names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
    return {n.id for n in names if id(n) in inside} - {n.id for n in names if id(n) not in inside}


def _makes_only(statement: ast.stmt) -> set[str]:
    """Names that an assignment makes, if that is all it does."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
        case ast.Assign(targets=[ast.Tuple(elts=elts)]) if all(
            isinstance(e, ast.Name) for e in elts
        ):
            return {e.id for e in elts if isinstance(e, ast.Name)}
        case _:
            return set()
