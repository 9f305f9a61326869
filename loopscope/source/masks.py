"""Comparisons of a whole tensor with one loop variable."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from loopscope.source.scope import Scope


def find_masks(nodes: Iterable[ast.AST], scope: Scope) -> Iterator[str]:
    """Yield the tensor of every such comparison, as written: ``owner`` of ``owner == k``."""
    loop_names = scope.counters | scope.elements
    for found in nodes:
        match found:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                sides = [left, right]
                plain = [s for s in sides if isinstance(s, ast.Name) and s.id in loop_names]
                other = [s for s in sides if s not in plain]
                if len(plain) == 1 and not isinstance(other[0], ast.Constant):
                    yield ast.unparse(other[0])
