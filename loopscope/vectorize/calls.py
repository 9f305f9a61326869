"""One call of the body, and the registry of how each op batches."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from loopscope.vectorize import code, ops
from loopscope.vectorize.groups.joined import in_rows
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.picked import done_to_rows
from loopscope.vectorize.spans import counted_range
from loopscope.vectorize.value import NotLiftable, Value


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its operands lifted.

    Attributes:
        name: Last part of the callee's name: ``sum`` of ``torch.sum`` and of ``x.sum``.
        style: ``method``, ``attribute``, ``builtin``, or the dotted callee (``torch.sum``).
        args: Operands; a method's receiver is the first.
        node: The call as the user wrote it; ``None`` where it is our own.
    """

    name: str
    style: str
    args: list[Value]
    keywords: dict[str, Value]
    node: ast.AST | None
    function: ast.expr | None

    def argument(self, position: int, *names: str) -> Value | None:
        """Return an argument by position (after the first operand) or by name."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.args[position] if len(self.args) > position else None

    def with_operands(self, operands: list[Value]) -> Call:
        """Return the call with other operands: the arguments, then the keywords' values."""
        count = len(self.args)
        keywords = dict(zip(self.keywords, operands[count:], strict=True))
        return replace(self, args=operands[:count], keywords=keywords)

    def rebuild(self, args: Iterable[ast.expr], **changed: object) -> ast.Call:
        """Return the call in the user's own style with other operands."""
        operands = list(args)
        keywords = {k: v.code for k, v in self.keywords.items()}
        keywords.update(
            (k, v if isinstance(v, ast.expr) else code.const(v)) for k, v in changed.items()
        )
        if self.style == "method":
            return code.method(operands[0], self.name, *operands[1:], **keywords)
        function = self.function if self.function is not None else code.attribute(self.style)
        return code.call(function, *operands, **keywords)


Handler = Callable[[Lifter, Call], Value]
_HANDLERS: dict[str, Handler] = {}
_FIRST = ("input", "query", "tensors", "self")  # what torch calls the first operand


def batches(*names: str) -> Callable[[Handler], Handler]:
    """Register how these ops batch."""

    def register(handler: Handler) -> Handler:
        _HANDLERS.update(dict.fromkeys(names, handler))
        return handler

    return register


def batched_op(lifter: Lifter, call: Call) -> Value:
    """Return the value of an op with batched operands.

    Raises:
        NotLiftable: No entry knows how the op batches.
    """
    _load_entries()
    call = _with_operand(call)
    handler = _HANDLERS.get(call.name)
    if handler is None:
        handler = _HANDLERS["<module>"]
    operands = [counted_range(lifter, v) for v in (*call.args, *call.keywords.values())]
    operands = in_rows(lifter, operands)
    call = call.with_operands(operands)
    rows = done_to_rows(lifter, operands, lambda v: batched_op(lifter, call.with_operands(v)))
    if rows is not None:
        return rows
    everything = [*operands, *(p for v in operands for p in v.parts or ())]
    if any(v.carry is not None for v in everything):
        handler = _HANDLERS["<carried>"]
    elif any(v.members is not None for v in operands):
        handler = _HANDLERS["<members>"]
    elif any(v.boxed is not None for v in operands):
        handler = _HANDLERS["<boxed>"]
    elif any(v.mask is not None for v in operands):
        handler = _HANDLERS["<masked>"]
    elif any(v.each is not None for v in everything):
        handler = _HANDLERS.get(f"<each> {call.name}", _no_each)
    elif any(v.ragged for v in operands):
        handler = _HANDLERS["<ragged>"]
    elif any(v.list_of is not None for v in operands):
        handler = _HANDLERS.get(f"<list> {call.name}", _no)
    return handler(lifter, call)


def _with_operand(call: Call) -> Call:
    """``torch.softmax(input=x, dim=0)`` with ``x`` in its place."""
    first = next((name for name in _FIRST if name in call.keywords), "")
    if call.args or not first:
        return call
    rest = {name: v for name, v in call.keywords.items() if name != first}
    return replace(call, args=[call.keywords[first]], keywords=rest)


def _no(lifter: Lifter, call: Call) -> Value:
    raise NotLiftable(f"{call.name} of a list that the loop fills")


def _no_each(lifter: Lifter, call: Call) -> Value:
    raise NotLiftable(f"{call.name} of a list in every iteration")


@cache
def _load_entries() -> None:
    for info in pkgutil.iter_modules(ops.__path__):
        importlib.import_module(f"{ops.__name__}.{info.name}")
