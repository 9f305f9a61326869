"""What a rule looks at: a loop's cost, its source and its facts."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.model.hotspot import LoopCost
from loopscope.rules.idioms import find_idioms
from loopscope.source.facts import Index, LoopFacts
from loopscope.source.loop import Loop
from loopscope.source.origin import Container, find_container


@dataclass(frozen=True, slots=True)
class Subject:
    """One loop under the rules' eyes."""

    cost: LoopCost
    loop: Loop
    facts: LoopFacts

    @property
    def source(self) -> str:
        """The user's name for what the loop walks over; ``"the data"`` where there is none."""
        for read in self.facts.reads:
            if read.name and Index.COUNTER in read.index:
                return read.name
        for header in self.facts.headers:
            for text in header.elements.values():
                return text
        return "the data"

    @property
    def target(self) -> str:
        """The user's name for what the loop fills; ``"result"`` where there is none."""
        if self.facts.stores:
            return self.facts.stores[0].target
        for append in self.facts.appends:
            if append.target:
                return append.target
        return "result"

    @property
    def idioms(self) -> tuple[str, ...]:
        """Ops for what the body spells out in several: ``torch.softmax``."""
        return find_idioms(self.facts.values)

    @property
    def list_items(self) -> frozenset[str]:
        """Items of the loop that are whole tensors: the source shows that a list holds them."""
        return frozenset(
            name
            for header in self.facts.headers
            for name, item in header.items.items()
            if isinstance(item, ast.Subscript)
            and find_container(self.loop, item.value) is Container.LIST
        )

    def is_dict(self, name: str) -> bool:
        """Whether the source shows that the name is a dict or a set."""
        return find_container(self.loop, ast.parse(name, mode="eval").body) is Container.DICT

    def observed(self, *names: str) -> bool:
        """Whether the trace shows one of these ops (without ``aten::``) in the loop."""
        seen = {name.removeprefix("aten::") for name, _ in self.cost.op_counts}
        return bool(seen & set(names))


def source_text(node: ast.expr | None) -> str:
    """Source of an expression on one line."""
    return "" if node is None else " ".join(ast.unparse(node).split())


def without_counters(node: ast.expr, counters: frozenset[str]) -> str:
    """Source of an expression without the loop's own subscripts: ``data[i]`` is ``data``."""

    class Drop(ast.NodeTransformer):
        def visit_Subscript(self, sub: ast.Subscript) -> ast.expr:
            plain = isinstance(sub.slice, ast.Name) and sub.slice.id in counters
            return sub.value if plain else sub

    return source_text(Drop().visit(ast.parse(ast.unparse(node), mode="eval").body))
