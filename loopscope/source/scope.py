"""What the names of a loop's body stand for, as far as it has been read."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field

from loopscope.source.header import Header
from loopscope.source.loop import COMPREHENSIONS, dotted
from loopscope.source.names import names_in

MAX_EXPANDED_NODES = 2_000  # chains of temporaries can double at every step


@dataclass(slots=True)
class Scope:
    """The names of one loop nest.

    Attributes:
        counters: Names that count iterations.
        elements: Other names that the headers bind: items of what is iterated.
        assigned: Names that this iteration has bound so far.
        exposed: Names that are read before this iteration has bound them.
        written: Names that the body binds.
        varying: Names whose value is read from data that differs between iterations.
        temporaries: Name → definition, for names that no iteration hands on.
    """

    counters: frozenset[str]
    elements: frozenset[str]
    assigned: set[str]
    exposed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    varying: set[str] = field(default_factory=set)
    temporaries: dict[str, ast.expr] = field(default_factory=dict)

    @staticmethod
    def of(headers: tuple[Header, ...]) -> Scope:
        """Return the scope at the top of the body."""
        counters = frozenset().union(*(h.indices for h in headers))
        elements = frozenset(n for h in headers for n in h.elements)
        return Scope(counters, elements, set(counters | elements), varying=set(elements))

    def read(self, node: ast.expr) -> None:
        """Note every name that is read before this iteration has bound it."""
        bound = {
            n.id
            for c in ast.walk(node)
            if isinstance(c, COMPREHENSIONS)
            for g in c.generators
            for n in ast.walk(g.target)
            if isinstance(n, ast.Name)
        }
        for name in names_in(node):
            if name not in self.assigned and name not in bound:
                self.exposed.add(name)

    def expand(self, node: ast.expr, keep: str = "") -> ast.expr:
        """Put the definitions of this iteration's temporaries in their place, but not ``keep``."""
        if sum(1 for _ in ast.walk(node)) > MAX_EXPANDED_NODES:
            return node
        expanded = _Expand(self.temporaries, keep).visit(copy.deepcopy(node))
        assert isinstance(expanded, ast.expr)
        return expanded

    def varies(self, node: ast.expr) -> bool:
        """Whether the value is read from data that differs between iterations."""
        for n in ast.walk(node):
            if isinstance(n, ast.Name | ast.Attribute) and dotted(n) in self.varying:
                return True
            if isinstance(n, ast.Subscript) and self.counts(n.slice):
                return True
        return bool(set(names_in(node)) & self.written & self.exposed)

    def counts(self, node: ast.expr) -> bool:
        """Whether a counter is in it."""
        return any(name in self.counters for name in names_in(node))


class _Expand(ast.NodeTransformer):
    def __init__(self, temporaries: dict[str, ast.expr], keep: str) -> None:
        self.temporaries = temporaries
        self.keep = keep

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = isinstance(node.ctx, ast.Load) and node.id != self.keep
        definition = self.temporaries.get(node.id) if found else None
        return node if definition is None else copy.deepcopy(definition)
