"""What a loop reads and writes, what it carries from one iteration to the next, what it calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from loopscope.source.affine import Affine
from loopscope.source.header import Header
from loopscope.source.update import ADDING, Update


class Index(Enum):
    """How a subscript moves with the loop."""

    INVARIANT = "the same in every iteration"
    COUNTER = "a counter, or affine in one"
    GATHER = "a value that the loop reads from data"
    FULL = "a whole axis"
    WINDOW = "a slice that moves with a counter"
    PREFIX = "all up to a counter, or from one on"
    RAGGED = "a slice whose bounds are read from data"
    MASK = "a comparison"


@dataclass(frozen=True, slots=True)
class Access:
    """A subscript, with the items of the loop and this iteration's temporaries put in place.

    So ``v`` of ``for v in x``, ``x[i]`` and ``row[j]`` of ``row = x[i]`` all are accesses to x.

    Attributes:
        name: What is subscripted, as written; ``""`` where it has no name.
        index: How each part of the subscript moves.
        parts: Each part as a sum of counters; ``None`` for slices and what is not affine.
    """

    name: str
    index: tuple[Index, ...]
    parts: tuple[Affine | None, ...]

    @property
    def counters(self) -> frozenset[str]:
        """Counters in the parts that are affine."""
        return frozenset(c for part in self.parts if part for c in part.coefficients)


@dataclass(frozen=True, slots=True)
class Store:
    """``target[index] = value`` or ``target[index] op= value``.

    Attributes:
        place: Where it is stored.
        augment: The update's form for ``op=``, or for a value that reads the same element.
        value: What is stored, with temporaries put in place; what is added for ``op=``.
        reads: Subscripts in the value.
        constant: The value is a literal, or the same element and a literal.
        guarded: Stands under an ``if``.
    """

    place: Access
    augment: Update
    value: ast.expr
    reads: tuple[Access, ...]
    constant: bool
    guarded: bool

    @property
    def target(self) -> str:
        """What is stored into, as written."""
        return self.place.name

    @property
    def index(self) -> tuple[Index, ...]:
        """How each part of the subscript moves."""
        return self.place.index

    @property
    def summed(self) -> frozenset[str]:
        """Counters that the value moves with and the place does not: a sum over them."""
        moving = frozenset().union(*(read.counters for read in self.reads))
        return moving - self.place.counters


@dataclass(frozen=True, slots=True)
class Carried:
    """A variable that one iteration reads as the last one left it.

    Attributes:
        observed: Its intermediate values are used, not only the last one.
        counter: Only used in subscripts and bounds: an offset that moves along.
        term: What is added, multiplied, compared.
        through: How the reading goes, for the reader: ``torch.tanh``.
        via_store: It is an array, read where an earlier iteration wrote it.
    """

    name: str
    update: Update
    observed: bool
    counter: bool
    term: ast.expr
    through: str
    via_store: bool = False

    @property
    def scatters(self) -> bool:
        """``out = out.index_add(0, places, rows)``: it is added to, by index."""
        return self.update is Update.ADD and self.through.rpartition(".")[2] in ADDING


@dataclass(frozen=True, slots=True)
class Append:
    """``target.append(value)``, or the element of a comprehension (``target`` is ``""``)."""

    target: str
    value: ast.expr
    guarded: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that chooses what is done, temporaries put in place, and the subscripts in it."""

    test: ast.expr
    reads: tuple[Access, ...]


class Inner(Enum):
    """Why an inner loop ends before its iterable does."""

    SEARCH = "it has found the item"
    CONVERGENCE = "what it computes says so"


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """One loop nest, read statically.

    Attributes:
        headers: Of the loop and of the loops in it, outermost first.
        num_loops: Nested loops, itself included.
        expressions: All that is assigned, stored, appended and tested, helpers' calls and
            temporaries put in place.
        reads: Every subscript that is read, and every item that the header binds.
        conditions: Tests of ``if``, ``while`` and conditional expressions.
        calls: Last part of every callee's name, helpers' bodies included: ``{"sum", "stack"}``.
            An inner loop that adds up is a call of ``sum``, and so on.
        qualified: Dotted callee names: ``{"torch.linalg.inv"}``.
        operators: Names of binary operators: ``{"MatMult", "Add"}``.
        masks: Comparisons of a whole tensor with a loop variable: ``owner`` of ``owner == k``.
        inplace: In-place methods on a loop element: ``add_``.
        stepped: Counters that the body moves itself: ``k`` of ``k += 1``.
        grown: Containers that the body adds to: ``seen`` of ``seen.add(v)``.
        effects: Calls whose effects are not known, as written: ``env.step``.
        has_branch: An ``if`` or a conditional expression chooses a value.
        has_break: Leaves early.
        random: Draws random numbers.
        data_dependent: A ``while`` whose test reads what the body writes.
        inner: Why an inner loop ends early; ``None`` where none does.
        consumer: Name of the call that a comprehension is handed to.
        joins: Last names of the calls that take the collected list: ``{"stack"}``.
    """

    headers: tuple[Header, ...]
    num_loops: int
    carried: tuple[Carried, ...]
    stores: tuple[Store, ...]
    appends: tuple[Append, ...]
    expressions: tuple[ast.expr, ...]
    reads: tuple[Access, ...]
    conditions: tuple[Condition, ...]
    calls: frozenset[str]
    qualified: frozenset[str]
    operators: frozenset[str]
    masks: frozenset[str]
    inplace: frozenset[str]
    stepped: frozenset[str]
    grown: frozenset[str]
    effects: tuple[str, ...]
    has_branch: bool
    has_break: bool
    random: bool
    data_dependent: bool
    inner: Inner | None
    consumer: str
    joins: frozenset[str]

    @property
    def counters(self) -> frozenset[str]:
        """Names that count iterations, made-up ones too."""
        return self.stepped.union(*(h.indices | {h.counter} for h in self.headers)) - {""}

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

    @property
    def values(self) -> tuple[ast.expr, ...]:
        """What the loop leaves behind: stored, appended, folded."""
        return (
            *(s.value for s in self.stores),
            *(a.value for a in self.appends),
            *(c.term for c in self.carried if not c.counter),
        )

    def stored(self, *kinds: Index) -> tuple[Store, ...]:
        """Stores whose subscripts have one of these kinds."""
        return tuple(s for s in self.stores if set(kinds) & set(s.index))

    def reads_by(self, *kinds: Index) -> bool:
        """Whether any subscript read is of one of these kinds."""
        return any(set(kinds) & set(read.index) for read in self.reads)
