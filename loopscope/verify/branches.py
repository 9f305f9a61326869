"""Which tests of a loop held in a run, and which did not."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loopscope.source.names import root_name

TEST = "__loopscope_test__"


@dataclass(frozen=True, slots=True)
class Branch:
    """One way that a test can come out.

    Attributes:
        test: Its number in its piece of code.
        holds: Whether it holds.
    """

    test: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Tests:
    """What a piece of code tests.

    Attributes:
        texts: The tests, by number.
        changes: For each name that is changed under tests alone, the branches that change it.
    """

    texts: tuple[ast.expr, ...]
    changes: Mapping[str, frozenset[Branch]]


@dataclass(slots=True)
class Branches:
    """Those that a run took."""

    taken: set[Branch] = field(default_factory=set)

    def note(self, number: int, value: Any) -> Any:  # noqa: ANN401 (what code tests)
        """Note how a test came out, and return its value."""
        self.taken.add(Branch(number, bool(value)))
        return value


def note_tests(tree: ast.Module) -> Tests:
    """Have code note how its tests come out, and return them."""
    instrument = _Instrument()
    instrument.visit(tree)  # in place: a module stays a module
    ast.fix_missing_locations(tree)
    found: dict[str, set[Branch | None]] = {}
    for name, branch in _changes(tree.body, None):
        found.setdefault(name, set()).add(branch)
    changes = {name: frozenset(b for b in where if b) for name, where in found.items()}
    under_tests = {name: where for name, where in changes.items() if None not in found[name]}
    return Tests(tuple(instrument.tests), under_tests)


class _Instrument(ast.NodeTransformer):
    def __init__(self) -> None:
        self.tests: list[ast.expr] = []

    def visit_If(self, node: ast.If) -> ast.If:
        node.test = self._noted(node.test)
        self.generic_visit(node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        node.test = self._noted(node.test)
        self.generic_visit(node)
        return node

    def visit_While(self, node: ast.While) -> ast.While:
        node.test = self._noted(node.test)
        self.generic_visit(node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        node.ifs = [self._noted(test) for test in node.ifs]
        self.generic_visit(node)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        node.values = [self._noted(value) for value in node.values]
        self.generic_visit(node)
        return node

    def _noted(self, test: ast.expr) -> ast.expr:
        if not any(isinstance(node, ast.Name) for node in ast.walk(test)):
            return test  # it always comes out the same
        number = ast.Constant(len(self.tests))
        self.tests.append(copy.deepcopy(test))
        return ast.Call(func=ast.Name(id=TEST, ctx=ast.Load()), args=[number, test], keywords=[])


def _changes(
    statements: Sequence[ast.stmt], branch: Branch | None
) -> Iterator[tuple[str, Branch | None]]:
    """Yield the names that statements change, and the innermost branch that each stands in."""
    for statement in statements:
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                number = _number(test)
                yes, no = branch, branch
                if number is not None:
                    yes, no = Branch(number, holds=True), Branch(number, holds=False)
                yield from _changes(body, yes)
                yield from _changes(orelse, no)
                if _leaves(body):
                    branch = no
                elif _leaves(orelse):
                    branch = yes
            case ast.For(body=body, orelse=orelse) | ast.While(body=body, orelse=orelse):
                yield from _changes([*body, *orelse], branch)
            case ast.Expr(value=ast.Call() as call):
                yield root_name(call), branch
            case _:
                for node in ast.walk(statement):
                    match node:
                        case ast.Name(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                            yield root_name(node), branch


def _number(test: ast.expr) -> int | None:
    match test:
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=int(number)), _]):
            return number if name == TEST else None
    return None


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], ast.Continue | ast.Break)
