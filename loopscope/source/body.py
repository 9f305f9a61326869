"""What one iteration of a loop does."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from loopscope.source.facts import Append, Store
from loopscope.source.names import names_in
from loopscope.source.scope import Scope


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value that a name is given.

    Attributes:
        value: With temporaries put in place; the name itself stays where it is handed on.
        guards: The tests that it stands under.
    """

    value: ast.expr
    guards: tuple[ast.expr, ...]

    def is_decided_by(self, name: str) -> bool:
        """Whether a test reads the name."""
        return any(name in names_in(guard) for guard in self.guards)


@dataclass(frozen=True, slots=True)
class Body:
    """One iteration, statement by statement; temporaries are put in place.

    Attributes:
        scope: What the names stand for at the end of the iteration.
        updates: Name → what it is given.
        stores: Stores with the subscript they were read from.
        appends: Appends, or the element of a comprehension.
        tests: Conditions of ``if`` and ``while``.
        inplace: In-place methods on a loop element: ``add_``.
    """

    scope: Scope
    updates: dict[str, list[Assignment]] = field(default_factory=dict)
    stores: list[tuple[ast.Subscript, Store]] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)
    tests: list[ast.expr] = field(default_factory=list)
    inplace: set[str] = field(default_factory=set)

    def expressions(self) -> list[ast.expr]:
        """Return every value and test, and the places that are stored to."""
        return [
            *(a.value for assignments in self.updates.values() for a in assignments),
            *(store.value for _, store in self.stores),
            *(place for place, _ in self.stores),
            *(append.value for append in self.appends),
            *self.tests,
        ]
