"""Lists of tensors that a function makes itself: nothing else shares memory with them."""

from __future__ import annotations

import ast
from collections import Counter

from loopscope.vectorize.around.initial import number_in


def fresh_lists(function: ast.AST) -> frozenset[str]:
    """Return names that are set once, to ``[torch.zeros_like(p) for p in params]``."""
    stores: Counter[str] = Counter()
    found: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                stores[name] += 1
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.ListComp(elt=ast.Call() as made)
            ) if number_in(made) is not None:
                found.add(name)
            case _:
                pass
    return frozenset(name for name in found if stores[name] == 1)
