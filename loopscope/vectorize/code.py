"""Small constructors for the code that the lifter writes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

FULL = ast.Slice()
NONE = ast.Constant(value=None)
_UNWRITTEN = "__unwritten__"


def name(identifier: str) -> ast.Name:
    """``x``."""
    return ast.Name(id=identifier, ctx=ast.Load())


def unwritten(reason: str) -> ast.Name:
    """What has no code: a rewrite that reads it is none, for this reason."""
    return name(_UNWRITTEN + reason.replace(" ", "_"))


def unwritten_in(nodes: Sequence[ast.AST]) -> str:
    """Why something that is read here has no code; ``""`` where everything has."""
    names = (n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name))
    found = next((n for n in names if n.startswith(_UNWRITTEN)), "")
    return found.removeprefix(_UNWRITTEN).replace("_", " ")


def const(value: object) -> ast.expr:
    """``2``; negative numbers as the parser has them."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=-value))
    return ast.Constant(value=value)  # type: ignore[arg-type]  # typeshed has fewer


def attribute(dotted_name: str) -> ast.expr:
    """``torch.linalg.inv``."""
    first, *rest = dotted_name.split(".")
    node: ast.expr = name(first)
    for part in rest:
        node = ast.Attribute(value=node, attr=part, ctx=ast.Load())
    return node


def attribute_of(value: ast.expr, attr: str) -> ast.expr:
    """``x.shape``."""
    return ast.Attribute(value=value, attr=attr, ctx=ast.Load())


def transposed(value: ast.expr) -> ast.expr:
    """``x.T``; of ``x.T`` it is ``x``."""
    if isinstance(value, ast.Attribute) and value.attr == "T":
        return value.value
    return ast.Attribute(value=value, attr="T", ctx=ast.Load())


def call(function: str | ast.expr, *args: ast.expr, **keywords: ast.expr | object) -> ast.Call:
    """``torch.where(a, b, c)``; keyword values that are no code are made constants."""
    return ast.Call(
        func=attribute(function) if isinstance(function, str) else function,
        args=list(args),
        keywords=_keywords(keywords),
    )


def method(receiver: ast.expr, name_: str, *args: ast.expr, **keywords: object) -> ast.Call:
    """``x.sum(dim=1)``."""
    function = ast.Attribute(value=receiver, attr=name_, ctx=ast.Load())
    return ast.Call(func=function, args=list(args), keywords=_keywords(keywords))


def subscript(value: ast.expr, index: Sequence[ast.expr]) -> ast.expr:
    """``x[:, None]``; trailing full slices are dropped, an empty index gives ``x`` itself."""
    parts = list(index)
    while parts and is_full(parts[-1]):
        parts.pop()
    if not parts:
        return value
    node = parts[0] if len(parts) == 1 else ast.Tuple(elts=parts, ctx=ast.Load())
    return ast.Subscript(value=value, slice=node, ctx=ast.Load())


def subscript_all(value: ast.expr) -> ast.expr:
    """``x[:]``, for a store into all of ``x``."""
    return ast.Subscript(value=value, slice=ast.Slice(), ctx=ast.Load())


def in_a_row(value: ast.expr) -> ast.expr:
    """``x[None]``; of ``x[0]`` it is ``x[:1]``."""
    match value:
        case ast.Subscript(value=tensor, slice=ast.Constant(value=0)):
            return subscript(tensor, [ast.Slice(upper=const(1))])
        case _:
            return subscript(value, [NONE])


def permuted(made: ast.expr, have: Sequence[object], want: Sequence[object]) -> ast.expr:
    """Return the code with its dimensions in another order."""
    order = [have.index(w) for w in want]
    if order == sorted(order):
        return made
    if len(order) == 2:
        return transposed(made)
    moved = [k for k in range(len(order)) if order[k] != k]
    if len(moved) == 2:
        return method(made, "transpose", *(const(k) for k in moved))
    for source in range(len(order)):  # one dimension moved?
        rest = [k for k in range(len(order)) if k != source]
        target = order.index(source)
        if [*rest[:target], source, *rest[target:]] == order:
            return method(made, "movedim", const(source), const(target))
    return method(made, "permute", *(const(k) for k in order))


def assignment(target: str | ast.expr, value: ast.expr) -> ast.Assign:
    """``target = value``."""
    node = attribute(target) if isinstance(target, str) else target
    return ast.Assign(targets=[stored(node)], value=value, lineno=0)


def unpacking(names: Sequence[str], value: ast.expr) -> ast.Assign:
    """``a, b = value``."""
    return assignment(tuple_of([ast.Name(id=n, ctx=ast.Store()) for n in names]), value)


def stored(node: ast.expr) -> Any:  # noqa: ANN401 (a Name, Attribute or Subscript)
    """Return the expression as a target of an assignment."""
    node.ctx = ast.Store()  # type: ignore[attr-defined]  # what can be stored to has one
    return node


def is_full(node: ast.expr) -> bool:
    """Whether the index is a bare ``:``."""
    return isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)


def text(node: ast.AST) -> str:
    """Source of a node."""
    if isinstance(node, ast.expr):  # of these the place is no matter
        return _plain_brackets(node, ast.unparse(node))
    return _plain_brackets(node, ast.unparse(ast.fix_missing_locations(node)))


def _plain_brackets(node: ast.AST, text: str) -> str:
    """``sum(x for x in y)``, ``(a := b > c)``: ``ast.unparse`` has two pairs of brackets."""
    for inner in ast.walk(node) if " for " in text or ":=" in text else ():
        if isinstance(inner, ast.GeneratorExp):
            own = ast.unparse(inner)
            text = text.replace(f"({own})", own)
        elif isinstance(inner, ast.NamedExpr):
            own = ast.unparse(inner.value)
            text = text.replace(f":= ({own})", f":= {own}")
    return text


def tuple_of(nodes: Sequence[ast.expr]) -> ast.Tuple:
    """``(a, b)``."""
    return ast.Tuple(elts=list(nodes), ctx=ast.Load())


def list_of(nodes: Sequence[ast.expr]) -> ast.List:
    """``[a, b]``."""
    return ast.List(elts=list(nodes), ctx=ast.Load())


def binary(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    """``left op right``."""
    return ast.BinOp(left=left, op=op, right=right)


def inverted(test: ast.expr) -> ast.expr:
    """``~mask``; of ``a == b`` it is ``a != b``. An order has none: NaN stands in no order."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return ast.Compare(left, [ast.NotEq()], [right])
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
            return ast.Compare(left, [ast.Eq()], [right])
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return operand
        case _:
            return ast.UnaryOp(op=ast.Invert(), operand=test)


def negated(test: ast.expr) -> ast.expr:
    """``x is not None`` for ``x is None``."""
    match test:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=comparators):
            return ast.Compare(left, [ast.IsNot()], comparators)
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=comparators):
            return ast.Compare(left, [ast.Is()], comparators)
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=comparators):
            return ast.Compare(left, [ast.In()], comparators)
        case ast.Compare(left=left, ops=[ast.In()], comparators=comparators):
            return ast.Compare(left, [ast.NotIn()], comparators)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=str())] as to):
            return ast.Compare(left, [ast.NotEq()], to)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case _:
            return ast.UnaryOp(op=ast.Not(), operand=test)


def squeezed(node: ast.expr, dim: int) -> ast.expr:
    """``x`` of ``x.unsqueeze(1)``, ``x[:, None]`` and ``torch.stack([x], dim=1)``; else all."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="torch"), attr="stack"),
            args=[ast.List(elts=[inner])],
            keywords=[ast.keyword(arg="dim", value=ast.Constant(value=at))],
        ) if at == dim:
            return inner
        case ast.Call(
            func=ast.Attribute(value=inner, attr="unsqueeze"),
            args=[ast.Constant(value=at)],
            keywords=[],
        ) if at == dim:
            return inner
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=index)) if (
            all(is_full(i) for i in index[:dim])
            and index[dim:]
            and all(isinstance(i, ast.Constant) and i.value is None for i in index[dim:])
        ):
            return subscript(inner, index[:-1])
        case _:
            return node


def without_one(node: ast.expr, dim: int) -> ast.expr:
    """The code without a dimension of size one."""
    inner = squeezed(node, dim)
    match node:
        case ast.Call(func=ast.Attribute(value=whole, attr="reshape"), args=sizes) if (
            len(sizes) > dim and integer(sizes[dim]) == 1
        ):
            return method(whole, "reshape", *sizes[:dim], *sizes[dim + 1 :])
        case _:
            return method(node, "squeeze", const(dim)) if inner is node else inner


def integer(node: ast.expr) -> int | None:
    """Value of an integer literal, signed; ``None`` for anything else."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
        case _:
            return None


def _keywords(values: dict[str, ast.expr | object]) -> list[ast.keyword]:
    return [
        ast.keyword(arg=key, value=value if isinstance(value, ast.expr) else const(value))
        for key, value in values.items()
    ]
