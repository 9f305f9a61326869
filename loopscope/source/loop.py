"""A loop statement of the source, and what it iterates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

LoopNode: TypeAlias = (
    ast.For
    | ast.AsyncFor
    | ast.While
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

LOOP_NODES = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop with the code around it.

    Attributes:
        node: The loop's own node.
        module: The whole file, for the helpers that the loop calls.
        function: The function around the loop; ``None`` at module level.
        consumer: Name of the call that a comprehension or generator is handed to
            (``torch.stack``, ``sum``, ``next``), or of the call its list goes to; else ``""``.
        path: File name, as the code object has it.
        lines: The file's lines.
    """

    node: LoopNode
    module: ast.Module
    function: FunctionNode | None
    consumer: str
    path: str
    lines: tuple[str, ...]

    def repeated(self) -> Iterator[ast.AST]:
        """Yield every node that runs in each iteration: not what the loop goes over."""
        match self.node:
            case ast.While(test=test, body=body):
                roots: list[ast.AST] = [test, *body]
            case ast.For(body=body) | ast.AsyncFor(body=body):
                roots = [*body]
            case comprehension:
                first, *others = comprehension.generators
                inner = [g.iter for g in others] + [test for g in others for test in g.ifs]
                roots = [*_elements(comprehension), *first.ifs, *inner]
        for root in roots:
            yield from ast.walk(root)

    @property
    def line(self) -> int:
        """1-based line of the loop statement itself."""
        return self.node.lineno

    @property
    def column(self) -> int:
        """1-based column of the loop statement."""
        return self.node.col_offset + 1

    @property
    def end_line(self) -> int:
        """1-based last line of the loop."""
        return self.node.end_lineno or self.node.lineno

    @property
    def statement(self) -> str:
        """The loop's first line without its indentation."""
        return self.lines[self.line - 1].strip()

    @property
    def function_name(self) -> str:
        """Name of the function around the loop; ``<module>`` outside of any."""
        if self.function is None:
            return "<module>"
        return getattr(self.function, "name", "<lambda>")


def _elements(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
) -> list[ast.expr]:
    return [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]


def dotted(node: ast.expr) -> str:
    """``torch.linalg.inv`` of such a node; ``""`` where the expression is no dotted name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value)
            return f"{base}.{attr}" if base else ""
        case _:
            return ""
