"""Loop distribution: what can be done for all items at once is done before the loop.

What is left of the loop reads one item of it: ``for epoch, loss in enumerate(losses.tolist())``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.kept_loops.changed_names import changed_in_place
from loopscope.vectorize.kept_loops.hoist import Hoister, hoisted
from loopscope.vectorize.kept_loops.walked_numbers import walk_what_is_read
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.names import assigned_names, count_uses
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import Value

_CONVERSIONS = {"float", "int", "bool", "item", "tolist"}


def distribute_loop(prepared: Prepared, seen: Mapping[int, Seen]) -> Draft:
    """Return the loop with the tensor work that waits for no other step computed before it.

    Source: Allen and Kennedy, *Optimizing Compilers for Modern Architectures*, 2001, section 2.4
    (loop distribution).

    Raises:
        NotLiftable: There is none, or it cannot be computed for all steps at once.
    """
    return hoisted(prepared, seen, _Distributor)


class _Distributor(Hoister):
    """Puts what is computed before the loop in the place of all that works on an item alone."""

    wanted = "work"
    ops = ()

    def __init__(
        self, lifter: Lifter, axis: Axis, loop: ast.For, seen: Mapping[int, Seen]
    ) -> None:
        super().__init__(lifter, axis, loop, seen)
        self._in_place = changed_in_place(loop)
        self._target = ""
        self._put_off: frozenset[str] = frozenset()
        self._made: dict[str, ast.expr] = {}

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the body; what is set and read by work before the loop alone is left as it is."""
        self._put_off = frozenset(n for s in body for n in assigned_names([s]))
        kept = super().statements(body)
        self._put_off = frozenset()
        for k, statement in reversed([*enumerate(kept)]):
            if self._is_read(statement, kept):
                kept[k] = cast("ast.stmt", self.visit(statement))
        return kept

    def _is_read(self, statement: ast.stmt, body: list[ast.stmt]) -> bool:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in self.known:
                return any(name in count_uses(s) for s in body if s is not statement)
            case _:
                return False

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the node, with what is wanted of it computed before the loop."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in self.known & self._put_off:
                return node
            case ast.Assign(targets=[ast.Name(id=name)]) if name in self._in_place:
                return node  # an item would be a view of what was computed for all steps
            case ast.Assign(targets=[ast.Name(id=name)]):
                self._target = name
                made = super().visit(node)
                self._target = ""
                return made
            case ast.If() | ast.IfExp() | ast.Assert():
                node.test = self._truth(node.test)
            case _:
                pass
        return super().visit(node)

    def item_name(self, whole: str) -> str:
        """Return a name that nothing else has, until it is known which ones are free."""
        return f"{whole} item"

    def walk_along(self, loop: ast.For) -> None:
        """Walk what is left to walk."""
        walk_what_is_read(self, loop)

    def name_of(self, node: ast.expr) -> str:
        """Return a name for what a node is in all steps."""
        if self._target:
            return plural(self._target)
        if isinstance(node, ast.Compare):
            return "tests"
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
        known = [n for n in names if n in self.known]
        if known:
            return plural(known[0])
        return next((f"{whole}_list" for whole in _whole_of(node)), "values")

    def is_wanted(self, node: ast.expr) -> bool:
        """Whether it works on what moves with the loop, and waits for nothing else of it."""
        if isinstance(getattr(node, "ctx", None), ast.Store) or not self.waits_for_nothing(node):
            return False
        seen = self.lifter.what(node)
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if (
                name in _CONVERSIONS
            ):
                return seen is not None and seen.kind == "number"
            case ast.Call() | ast.BinOp() | ast.Compare() | ast.UnaryOp():
                return seen is not None and seen.kind == "tensor"
            case _:
                return False

    def read(self, name: str, value: Value) -> ast.expr:
        """Compute a value for all steps, and return what is this step's; numbers as a list."""
        if value.python or value.kind == "number":
            numbers = code.method(value.code, "tolist")
            value = replace(value, code=numbers, kind="other", python=False)
        text = code.text(value.code)
        if text not in self._made:
            self._made[text] = super().read(name, value)
        return copy.deepcopy(self._made[text])

    def _truth(self, test: ast.expr) -> ast.expr:
        """A test as one would ask it of Python's own truth values."""
        match test:
            case ast.BoolOp():
                test.values = [self._truth(v) for v in test.values]
                return test
            case ast.UnaryOp(op=ast.Not()):
                test.operand = self._truth(test.operand)
                return test
            case _:
                seen = self.lifter.what(test)
        single = seen is not None and seen.kind == "tensor" and not seen.shape
        value = self.computed(test) if single and self.waits_for_nothing(test) else None
        if value is None:
            return test
        return self.read(self.name_of(test), replace(value, python=True))


def _whole_of(node: ast.AST) -> Iterator[str]:
    """``cost`` of ``cost[i].item()``."""
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(value=ast.Name(id=name)):
                yield name
            case _:
                pass
