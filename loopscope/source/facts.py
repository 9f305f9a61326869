"""What a loop reads and writes, what it carries from one iteration to the next, what it calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from loopscope.source.header import Header
from loopscope.source.update import Update


class Index(Enum):
    """How a subscript moves with the loop."""

    INVARIANT = "the same in every iteration"
    COUNTER = "a counter, or affine in one"
    GATHER = "a value that the loop reads from data"
    FULL = "a whole axis"
    WINDOW = "a slice that moves with a counter"
    RAGGED = "a slice whose bounds are read from data"
    MASK = "a comparison"


@dataclass(frozen=True, slots=True)
class Store:
    """``target[index] = value`` or ``target[index] op= value``.

    Attributes:
        augment: The update's form for ``op=``, or for a value that reads the same element.
        constant: The value is a literal.
        guarded: Stands under an ``if``.
    """

    target: str
    index: tuple[Index, ...]
    augment: Update
    value: ast.expr
    constant: bool
    guarded: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """A variable that one iteration reads as the last one left it.

    Attributes:
        observed: Its intermediate values are used, not only the last one.
        counter: Only used in subscripts and bounds: an offset that moves along.
        term: What is added, multiplied, compared.
        through: How the reading goes, for the reader: ``torch.tanh``.
    """

    name: str
    update: Update
    observed: bool
    counter: bool
    term: ast.expr | None
    through: str
    via_store: bool = False


@dataclass(frozen=True, slots=True)
class Append:
    """``target.append(value)``, or the element of a comprehension (``target`` is ``""``)."""

    target: str
    value: ast.expr
    guarded: bool


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """One loop nest, read statically.

    Attributes:
        headers: Of the loop and the ``for`` statements in it, outermost first.
        num_loops: Nested loops, itself included.
        calls: Last part of every callee's name, helpers' bodies included: ``{"sum", "stack"}``.
        qualified: Dotted callee names: ``{"torch.linalg.inv"}``.
        operators: Names of binary operators: ``{"MatMult", "Add"}``.
        reads: Every subscript read: name and index.
        has_branch: An ``if`` or a conditional expression chooses a value.
        has_break: Leaves early.
        masks: Comparisons of a whole tensor with a loop variable: ``owner == k``.
        random: Draws random numbers.
        effects: Calls whose effects are not known, as written: ``env.step``.
        inplace: In-place methods on a loop element: ``add_``.
        data_dependent: A ``while`` whose test reads what the body writes.
    """

    headers: tuple[Header, ...]
    num_loops: int
    carried: tuple[Carried, ...]
    stores: tuple[Store, ...]
    appends: tuple[Append, ...]
    reads: tuple[tuple[str, tuple[Index, ...]], ...]
    calls: frozenset[str]
    qualified: frozenset[str]
    operators: frozenset[str]
    masks: frozenset[str]
    inplace: frozenset[str]
    effects: tuple[str, ...]
    has_branch: bool
    has_break: bool
    random: bool
    data_dependent: bool
    consumer: str

    @property
    def counters(self) -> frozenset[str]:
        """Names that count iterations."""
        return frozenset().union(*(h.indices for h in self.headers))

    @property
    def sequential(self) -> Carried | None:
        """The variable that makes the loop sequential, if one does."""
        for carried in self.carried:
            if carried.update in (Update.GENERAL, Update.NONE) and not carried.counter:
                return carried
        return None

    @property
    def produces(self) -> bool:
        """Whether iterations leave something behind that is theirs alone."""
        return bool(self.stores or self.appends or self.inplace)

    def stored(self, *kinds: Index) -> tuple[Store, ...]:
        """Stores whose subscripts have one of these kinds."""
        return tuple(s for s in self.stores if set(kinds) & set(s.index))

    def reads_by(self, *kinds: Index) -> bool:
        """Whether any subscript read is of one of these kinds."""
        return any(set(kinds) & set(index) for _, index in self.reads)
