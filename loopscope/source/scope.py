"""What the names of a loop's body stand for, as far as it has been read."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from loopscope.source.header import Header
from loopscope.source.helpers import Helper, apply_helper
from loopscope.source.loop import COMPREHENSIONS, dotted
from loopscope.source.names import names_in

MAX_EXPANDED_NODES = 2_000  # chains of temporaries can double at every step


@dataclass(slots=True)
class Scope:
    """The names of one loop nest.

    Attributes:
        counters: Names that count iterations; made-up ones for items that have no counter.
        elements: Other names that the headers bind: items of what is iterated.
        assigned: Names that this iteration has bound so far.
        exposed: Names that are read before this iteration has bound them.
        written: Names that the body binds.
        varying: Names whose value is read from data that differs between iterations.
        temporaries: Name → definition, for names that no iteration hands on.
        helpers: The file's own functions that can be read as an expression.
    """

    counters: frozenset[str]
    elements: frozenset[str]
    assigned: set[str]
    exposed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    varying: set[str] = field(default_factory=set)
    temporaries: dict[str, ast.expr] = field(default_factory=dict)
    helpers: Mapping[str, Helper] = field(default_factory=dict)

    @staticmethod
    def of(
        headers: tuple[Header, ...], stepped: frozenset[str], helpers: Mapping[str, Helper]
    ) -> Scope:
        """Return the scope at the top of the body; ``stepped`` are counters of its own."""
        counters = stepped.union(*(h.indices | {h.counter} for h in headers)) - {""}
        elements = frozenset(n for h in headers for n in h.elements)
        scope = Scope(counters, elements, set(counters | elements), varying=set(elements))
        scope.helpers = helpers
        for header in headers:  # an inner loop may walk over an item of the one around it
            for name, item in header.items.items():
                scope.temporaries[name] = scope.expand(item)
        return scope

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

    def branch(self) -> Scope:
        """Return a copy of what this iteration has bound so far."""
        return replace(self, assigned=set(self.assigned), temporaries=dict(self.temporaries))

    def switch(self, other: Scope) -> Scope:
        """Go on from what ``other`` has bound; return what was bound here."""
        here = self.branch()
        self.assigned, self.temporaries = other.assigned, other.temporaries
        return here

    def join(self, test: ast.expr, then: Scope) -> None:
        """Come together after an ``if``: ``then`` is one arm, this scope the other."""
        self.assigned &= then.assigned
        here = self.temporaries
        self.temporaries = {
            name: value if value is here[name] else ast.IfExp(test, value, here[name])
            for name, value in then.temporaries.items()
            if name in here
        }

    def expand(self, node: ast.expr, keep: str = "") -> ast.expr:
        """Put items and this iteration's temporaries in their place, all but ``keep``.

        Calls of helpers become what they return; subscripts of subscripts become one: ``x[i][j]``
        is ``x[i, j]``.
        """
        expander = _Expander(self.temporaries, self.helpers, keep)
        expanded = expander.visit(copy.deepcopy(node))
        assert isinstance(expanded, ast.expr)
        return node if expander.budget < 0 else expanded

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

    def is_constant(self, node: ast.expr) -> bool:
        """Whether it is the same in every iteration."""
        names = set(names_in(node))
        return not names & (self.counters | self.elements | self.written)


class _Expander(ast.NodeTransformer):
    def __init__(
        self, temporaries: Mapping[str, ast.expr], helpers: Mapping[str, Helper], keep: str
    ) -> None:
        self.temporaries = temporaries
        self.helpers = helpers
        self.keep = keep
        self.budget = MAX_EXPANDED_NODES

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = isinstance(node.ctx, ast.Load) and node.id != self.keep
        definition = self.temporaries.get(node.id) if found else None
        if definition is None or self.budget < 0:
            return node
        self.budget -= sum(1 for _ in ast.walk(definition))
        return node if self.budget < 0 else copy.deepcopy(definition)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        result = apply_helper(node, self.helpers)
        self.budget -= 0 if result is None else sum(1 for _ in ast.walk(result))
        return node if result is None or self.budget < 0 else result

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node.value:
            case ast.Subscript(value=base, slice=first) if all(map(_is_item, _parts(first))):
                parts = [*_parts(first), *_parts(node.slice)]
                return ast.Subscript(base, ast.Tuple(parts, ast.Load()), node.ctx)
            case _:
                return node


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_item(node: ast.expr) -> bool:
    """Whether this part of a subscript takes one item, as far as it can be seen."""
    match node:
        case ast.Slice() | ast.Compare() | ast.Constant(value=None):
            return False
        case ast.Constant(value=value):
            return value is not Ellipsis
        case ast.Name() | ast.BinOp() | ast.UnaryOp():
            return True
        case ast.Subscript(slice=inner):  # ``x[idx[i]]``
            return all(map(_is_item, _parts(inner)))
        case _:
            return False
