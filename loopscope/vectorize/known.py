"""What is known of a value beyond its code, as long as its code is what this was said of."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loopscope.vectorize.axes import Axis, Counter
from loopscope.vectorize.linear import Linear

if TYPE_CHECKING:  # a value holds these, and some of these hold values
    from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class Both:
    """``left & right``, as long as a value's code is this."""

    code: ast.expr
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Compared:
    """``left op right``, as long as a value's code is this."""

    code: ast.expr
    left: Value
    op: ast.cmpop
    right: Value


@dataclass(frozen=True, slots=True)
class Apart:
    """``i - j`` of two loops, plus something fixed, as long as a value's code is this."""

    code: ast.expr
    counter: Counter


@dataclass(frozen=True, slots=True)
class Members:
    """Rows of a tensor by the iteration that they belong to: ``owner == k``.

    Attributes:
        axis: The loop over groups.
        owner: Index tensor with one entry a row, as code.
        outer: Batch axes in front of ``owner``'s own dimension.
        where: Those rows that ``owner`` has an entry for; ``None`` for all.
        deep: Number of dimensions of ``owner``: more than one can only be counted.
        edges: Of bins that lie between sorted edges; ``owner`` then counts from 1, and below or
            above all edges it has 0 or one more than there are bins.
    """

    axis: Axis
    owner: ast.expr
    outer: tuple[Axis, ...] = ()
    where: ast.expr | None = None
    deep: int = 1
    edges: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Segments:
    """Where the segments of a tensor begin that lie one after the other.

    Attributes:
        offsets: Where each begins, as code.
        sizes: How long each is.
        with_end: The last offset is where the last segment ends.
    """

    offsets: ast.expr
    sizes: ast.expr
    with_end: bool


@dataclass(frozen=True, slots=True)
class Embedded:
    """Rows of a table, ``ids`` of them, under ``conditions`` those of an embedding bag."""

    ids: ast.expr
    table: ast.expr
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """On which side of an edge values lie: ``x > edge``.

    Attributes:
        values: The vector ``x``.
        edge: A number of each iteration.
        above: ``x`` is the greater.
        strict: The two are not equal.
    """

    values: Value
    edge: Value
    above: bool
    strict: bool


@dataclass(frozen=True, slots=True)
class Span:
    """What a mask holds of a dimension.

    Attributes:
        length: How many positions; ``None`` where that is no sum of sizes and counters.
        size: Those of the whole dimension, as code.
        bounds: Where a slice that begins later begins and ends, as text; of all but some, which
            are left out.
    """

    length: Linear | None
    size: ast.expr = field(compare=False)
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """``rows[i]``, or ``rows[i, j]``.

    Attributes:
        code: The code that this is said of.
        rows: What is picked from: its axes are all rows, and all columns.
        index: Names of the index tensors.
        guards: What ``rows`` takes for granted.
    """

    code: ast.expr
    rows: Value
    index: tuple[str, ...]
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summands:
    """``code`` is the sum of two terms."""

    code: ast.expr
    terms: tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Coordinates:
    """``code`` are the places of a test's dimensions, of which those count where it holds.

    Attributes:
        code: The code that this is said of.
        test: One for each iteration.
        dims: Which dimensions: one for a vector, all for a row of each place.
    """

    code: ast.expr
    test: Value
    dims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """A list in every iteration, of tensors that differ in shape between its places.

    An item of ``code`` holds what all iterations have in one place.

    Attributes:
        keyed: ``code`` is a dict of them.
        ready: They are what a comprehension made: all have the value's rank.
    """

    keyed: bool = False
    ready: bool = False
