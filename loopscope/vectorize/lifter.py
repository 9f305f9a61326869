"""What lifting knows: names of the body, and what was written before the rewrite."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.around.held_parameters import Parameters
from loopscope.vectorize.around.initial import Initial
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.known import Embedded, Segments, Summands
from loopscope.vectorize.leaving import Running, Stop
from loopscope.vectorize.names import fresh_name
from loopscope.vectorize.numbering import NUMBER
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import Carry, NotLiftable, Value

Indices = Literal["any", "unique", "repeated"]
Items = Literal["alike", "guarded", "any"]
Spans = Literal["in place", "in front"]
Reads = Literal["plain", "guarded"]
Domains = Literal["plain", "guarded"]
Numbers = Literal["as seen", "double"]
Steps = Literal["at once", "in turn"]
_LONGEST_GUARD = 200  # a longer one tells the reader nothing


@dataclass(slots=True)
class Lifter:
    """Names of the body and what they stand for, and what is written for it.

    Attributes:
        seen: What every numbered expression was when the loop ran.
        lift_expression: Lifts any expression. It is handed in, so that the file of one kind of
            expression need not know the others.
        lift_body: Lifts statements, likewise.
        functions: The user's helpers by name, for inlining.
        classes: Of objects whose methods these are, by the object's name.
        indices: What is taken of indices read from data: ``unique``, that no two iterations share
            a place; ``repeated``, that they do; ``any``, whichever reads better.
        spans: A slice of differing length is masked where it is, or moved to the front, where it
            meets another.
        steps: Inner loops are lifted (``at once``), or kept where they cannot be (``in turn``).
        of_sets: Variables of loops whose items may repeat: that does no harm.
        numbers: Whether what is a Python number in the loop is a double here.
        reads: An index of an arm lies inside where the arm is not taken (``plain``), or may not.
        domains: What goes into an op of an arm has a gradient there where the arm is not taken
            (``plain``), or may not: a root, a quotient.
        fused: One op may stand for several, such as ``torch.lerp``, which rounds in other places.
        direct: Modules are called with the batch rather than by ``torch.vmap``.
        items: What is taken of items of a list that all had one size: ``alike``, that they
            have; ``guarded``, likewise, and the reader is told; ``any``, nothing.
        imports: The file's names of modules: ``{"numpy": "np"}``.
        doubles: Python floats are taken as doubles, as Python has them.
        sizes: Names that were set to a tensor's size: ``{"n": ("x", 0)}``.
        counts: Names that were set to a size divided: ``{"n": ("x", 0, "g")}``.
        parameters: Names that hold the parameters of a module.
        fresh_lists: Names of lists of tensors that the function makes itself.
        inverse: The name of the group of each item, of which all that groups need holds.
        loaded: What each name was seen to be.
        initial: How the names that the loop fills are made right before it.
        uses: How often each name is read: one read twice is worth a statement.
        read_back: Tensors whose stored elements a later statement of the body reads.
        live: Names that are read after the loop.
        outermost: The loop that is lifted, with all loops in it.

        env: What each name stands for, where the body sets it.
        axes: Loops around what is lifted, outermost first.
        order: Place of the next loop among all.
        depth: Helpers that are being inlined, one in the other.
        guard: Test under which the statements at hand run; ``None`` for always.
        shared_axis: The loop of the sequences that are zipped.
        hits: Of a loop with an ``else``, by its order: whether a break has left it.
        broken: Loops that a break may leave, by their order.
        begun: What names stand for when an iteration begins, by their loop's order.
        around: What they stood for before the loop, likewise.
        running: Carried variables that the test reads which ends the loop.
        scans: Updates by the code of their scan, where such a test reads it.
        stops: Where a break leaves its loop, by the loop's order.
        shortest: By the code of a size that may be negative: what holds where it is not.
        limits: Of a loop whose end differs, by its order: where an iteration is one of its own.
        aliases: Variables of loops whose items are rows of a named tensor.
        made_in: How deep in the nest a name was assigned last.
        stacked: Lists by the name of the tensor that was stacked from them.
        fetched: The variable whose items alone were stacked.
        updates: What one iteration makes of a carried variable.
        ends: What a variable that is none of ``updates`` is once its loop has ended.

        extended: Lists from before the loop that it appends to.
        written: Tensors that the loop stores to: they cannot be read as fixed.
        readable: Their elements that may be read as they were before the loop.
        recurrent: Their elements that the iteration before has stored.
        before_first: Where such an element is read.
        contents: Their elements that this iteration has stored.
        stores: Stores, in order.
        start_of: What a scan of stored elements begins with.
        finished: Tensors whose store is written.
        in_turn: Variables that steps of the kept loops around hand to the next.
        passed: Variables of inner loops that have ended: nothing tells where they stopped.

        statements: What is written before the rewrite of the statement at hand.
        taken: Names that are in use.
        made: Names of our own.
        dropped: Names that are made anew: their initialisation may go.
        recurrences, ranges, owners: What was written once already, by what it is of.
        segments, embedded: Of an owner: the segments; of code: whose rows it holds.
        known_names: The user's names by code: a counter's by that of its index tensor, a helper's
            parameter's by that of what the helper is called with.
        permutations: Code of index tensors that name each place of a dimension once.
        used_ops: Dotted names of the ops that stand for the loop.
        guards: What the rewrite assumes beyond the loop, for the reader.
        finite: An extremum stands for Python's, which passes over NaN or not by its place.
    """

    seen: Mapping[int, Seen]
    lift_expression: Callable[[Lifter, ast.expr], Value]
    lift_body: Callable[[Lifter, list[ast.stmt]], Value | None]
    functions: Mapping[str, ast.FunctionDef] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    indices: Indices = "any"
    of_sets: frozenset[str] = frozenset()
    direct: bool = True
    items: Items = "alike"
    spans: Spans = "in place"
    reads: Reads = "plain"
    domains: Domains = "plain"
    numbers: Numbers = "as seen"
    steps: Steps = "at once"
    fused: bool = True
    doubles: bool = False
    imports: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    counts: Mapping[str, tuple[str, int, str]] = field(default_factory=dict)
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    fresh_lists: frozenset[str] = frozenset()
    inverse: str = ""
    loaded: dict[str, Seen] = field(default_factory=dict)
    initial: dict[str, Initial] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)
    read_back: frozenset[str] = frozenset()
    live: set[str] = field(default_factory=set)
    outermost: ast.stmt | None = None

    env: dict[str, Value] = field(default_factory=dict)
    extended: list[str] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    order: int = 0
    depth: int = 0
    guard: Value | None = None
    shared_axis: Axis | None = None
    hits: dict[int, Value | None] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    begun: dict[int, dict[str, Value]] = field(default_factory=dict)
    around: dict[int, dict[str, Value]] = field(default_factory=dict)
    running: Mapping[str, Running] = field(default_factory=dict)
    scans: dict[str, Carry] = field(default_factory=dict)
    stops: dict[int, Stop] = field(default_factory=dict)
    shortest: dict[str, str] = field(default_factory=dict)
    limits: dict[int, Value] = field(default_factory=dict)
    aliases: dict[str, Axis] = field(default_factory=dict)
    made_in: dict[str, int] = field(default_factory=dict)
    stacked: dict[str, ast.expr] = field(default_factory=dict)
    fetched: str = ""
    updates: dict[str, Value] = field(default_factory=dict)
    ends: dict[str, Value] = field(default_factory=dict)

    written: set[str] = field(default_factory=set)
    readable: set[str] = field(default_factory=set)
    recurrent: set[str] = field(default_factory=set)
    before_first: dict[str, ast.Subscript] = field(default_factory=dict)
    contents: dict[str, dict[str, Value]] = field(default_factory=dict)
    stores: list[Store] = field(default_factory=list)
    start_of: dict[str, Value] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    in_turn: frozenset[str] = frozenset()
    passed: set[str] = field(default_factory=set)

    statements: list[ast.stmt] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    recurrences: dict[str, Value] = field(default_factory=dict)
    ranges: dict[str, Value] = field(default_factory=dict)
    owners: dict[str, Value] = field(default_factory=dict)
    segments: dict[str, Segments] = field(default_factory=dict)
    embedded: dict[str, Embedded] = field(default_factory=dict)
    known_names: dict[str, str] = field(default_factory=dict)
    permutations: set[str] = field(default_factory=set)
    used_ops: list[str] = field(default_factory=list)
    guards: list[str] = field(default_factory=list)
    finite: bool = False

    def assume(self, condition: str) -> None:
        """Note an expression that must hold at the loop's entry for the rewrite to be right."""
        made = definitions(self.statements)
        while (names := _names(condition) & self.made) and len(condition) < _LONGEST_GUARD:
            if not names <= made.keys():
                return
            condition = code.text(_Defined(made).visit(ast.parse(condition, mode="eval")))
        if not names and self.inverse not in _names(condition):
            self.guards.append(condition)

    def assume_finite(self, *ordered: Value) -> None:
        """Note that Python orders these values: of those that may be NaN, an op does otherwise."""
        self.finite |= not all(v.dtype.startswith(("int", "uint", "bool")) for v in ordered)

    def defined(self, node: ast.expr) -> ast.expr:
        """What a name of our own was set to; any other code is returned as it is."""
        name = node.id if isinstance(node, ast.Name) else ""
        return definitions(self.statements).get(name, node)

    def saved(self) -> dict[str, object]:
        """Return all that lifting changes, for ``restore``."""
        kept = {f.name: copy.copy(getattr(self, f.name)) for f in fields(self)}
        return kept | {"contents": {name: dict(known) for name, known in self.contents.items()}}

    def restore(self, saved: Mapping[str, object]) -> None:
        """Undo what was lifted since."""
        for name, value in saved.items():
            setattr(self, name, value)

    def what(self, node: ast.AST | None) -> Seen | None:
        """What an expression was seen to be; ``None`` where it never ran."""
        return self.seen.get(getattr(node, NUMBER, -1))

    def read_later(self, node: ast.stmt) -> set[str]:
        """Names that are read outside of a loop: after the region, or in the loops around it."""
        inside = {id(n) for n in ast.walk(node)}
        around = self.outermost if self.outermost is not None else node
        return self.live | {
            n.id
            for n in ast.walk(around)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in inside
        }

    def lift(self, node: ast.expr) -> Value:
        """Return the value of an expression over all iterations.

        Raises:
            NotLiftable: It has no form that we know.
        """
        return self.lift_expression(self, node)

    def lift_statements(self, body: list[ast.stmt]) -> Value | None:
        """Lift statements into names and stores; return what a ``return`` gives.

        Raises:
            NotLiftable: One of them has no form that we know.
        """
        return self.lift_body(self, body)

    def fixed(self, node: ast.expr) -> ast.expr:
        """Return the code of an expression that is the same in every iteration.

        Raises:
            NotLiftable: It is not.
        """
        value = self.lift(node)
        if not value.is_fixed:
            raise NotLiftable(f"{code.text(node)} differs between iterations")
        return value.code

    def bind(self, wanted: str, value: Value) -> Value:
        """Write ``name = value`` before what is lifted next, and return the name's value."""
        name = self.fresh(wanted)
        if code.text(value.code) in self.permutations:
            self.permutations.add(name)
        self.statements.append(code.assignment(name, value.code))
        made = code.name(name)
        whole = value.summands is not None and value.summands.code is value.code
        places = value.coordinates
        whereabouts = places if places is not None and places.code is value.code else None
        known = value.compared if value.compared and value.compared.code is value.code else None
        terms = value.summands.terms if value.summands is not None and whole else None
        return replace(
            value,
            code=made,
            summands=Summands(made, terms) if terms else None,
            zeroed=made if value.zeroed is value.code else None,
            compared=known and replace(known, code=made),
            coordinates=whereabouts and replace(whereabouts, code=made),
        )

    def written_out(self, node: ast.expr) -> ast.expr:
        """Return what a name of our own was bound to; other code as it is."""
        if not isinstance(node, ast.Name) or node.id not in self.made:
            return node
        for statement in reversed(self.statements):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == node.id:
                    return value
                case _:
                    pass
        return node

    def fresh(self, wanted: str) -> str:
        """Return a name that the function does not use yet, like the one wanted."""
        name = fresh_name(self.taken, wanted)
        self.made.add(name)
        return name

    def of(self, node: ast.AST | None, made: ast.expr, axes: tuple[Axis, ...], rank: int) -> Value:
        """Return a tensor value of such code, typed as the expression was seen."""
        seen = self.what(node)
        if seen is None or seen.kind not in ("tensor", "array", "number"):
            return Value(made, axes, rank)
        return Value(
            made,
            axes,
            rank,
            "number" if seen.kind == "number" and not axes else "tensor",
            seen.dtype,
            seen.shape if seen.rank == rank else (None,) * rank,
            python=seen.kind == "number",
        )

    def typed(self, node: ast.AST, made: ast.expr) -> Value:
        """Return a fixed value of such code, typed as the expression was seen."""
        seen = self.what(node)
        if seen is None and isinstance(node, ast.Name):
            seen = self.loaded.get(node.id)
        if seen is None:
            return Value(made, kind="other")
        match seen.kind:
            case "tensor" | "array" as kind:
                array = kind == "array"
                return Value(made, (), seen.rank, "tensor", seen.dtype, seen.shape, array=array)
            case "number":
                return Value(made, (), 0, "number", seen.dtype)
            case _:
                return Value(made, (), 0, "other")


def _names(condition: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(condition)) if isinstance(n, ast.Name)}


def definitions(statements: list[ast.stmt]) -> dict[str, ast.expr]:
    """What names of our own are set to: ``i, j = e`` sets ``i`` to ``e[0]``."""
    found: dict[str, ast.expr] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
                for k, target in enumerate(elts):
                    if isinstance(target, ast.Name):
                        found[target.id] = code.subscript(value, [code.const(k)])
            case _:
                pass
    return found


class _Defined(ast.NodeTransformer):
    """Puts definitions in the place of names."""

    def __init__(self, made: Mapping[str, ast.expr]) -> None:
        self.made = made

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.made.get(node.id, node))
