"""The rewrite as one would have typed it: subscripts joined, sums of sums taken at once."""

from __future__ import annotations

import ast
from typing import TypeVar

from loopscope.source.tests import joined
from loopscope.vectorize import code
from loopscope.vectorize.finish.counted_tests import without_choice
from loopscope.vectorize.finish.merged_ones import without_merged_one
from loopscope.vectorize.finish.negations import negated_after, subtracted
from loopscope.vectorize.finish.reordered import moved_first
from loopscope.vectorize.finish.round_trips import without_round_trip
from loopscope.vectorize.finish.single_dimensions import first_of_one, squeezed_again
from loopscope.vectorize.finish.transposes import REDUCTIONS, reduced_columns, transposed

Node = TypeVar("Node", bound=ast.AST)

_ORDERS = {"norm", "std", "var"}  # their first argument may be no dimension
_OF_ALL = {"sum": "sum", "any": "any", "all": "all", "amax": "max", "amin": "min"}


def polished(node: Node) -> Node:
    """Return a copy of the code with its small detours taken out."""
    return _Polish().visit(_unshared(node))  # type: ignore[no-any-return]  # a visitor gives Any


class _Polish(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        return (
            first_of_one(node)
            or _kept_dimension(node)
            or _joined_subscripts(node)
            or _number_of_items(node)
            or node
        )

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if (negation := negated_after(node)) is not None:
            negation.operand = self.visit(negation.operand)
            return negation
        return (
            _reduced_at_once(node)
            or _of_all(node)
            or reduced_columns(node)
            or without_round_trip(node)
            or squeezed_again(node)
            or without_merged_one(node)
            or without_choice(node)
            or _chosen(node)
            or moved_first(node)
            or _counted(node)
            or node
        )

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return subtracted(node)

    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        match node:
            case ast.If(body=[ast.If(test=inner, body=body, orelse=[])], orelse=[]):
                return ast.If(joined([node.test, inner], ast.And()), body, [])
            case _:
                return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        return subtracted(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        is_sum = node.attr == "T" and isinstance(node.value, ast.BinOp | ast.Call)
        return (transposed(node.value) if is_sum else None) or moved_first(node) or node


def _chosen(node: ast.Call) -> ast.expr | None:
    """``torch.where(~test, a, torch.tensor(0.0))`` as ``torch.where(test, 0.0, a)``."""
    match node:
        case ast.Call(args=[ast.UnaryOp(op=ast.Invert(), operand=test), then, orelse]) if (
            code.text(node.func) == "torch.where"
        ):
            return code.call("torch.where", test, orelse, then)
        case ast.Call(args=[test, *choices]) if code.text(node.func) == "torch.where":
            plain = [_number_in(choice) or choice for choice in choices]
            changes = sum(a is not b for a, b in zip(plain, choices, strict=True))
            return code.call("torch.where", test, *plain) if changes == 1 else None
        case _:
            return None


def _number_in(node: ast.expr) -> ast.expr | None:
    """``0.0`` of ``torch.tensor(0.0)``, which gives what it meets no other dtype."""
    match node:
        case ast.Call(args=[ast.Constant(value=float()) as number], keywords=[]) if (
            code.text(node.func) == "torch.tensor"
        ):
            return number
        case _:
            return None


def _reduced_at_once(node: ast.Call) -> ast.expr | None:
    """``x.sum(1).sum()`` as ``x.sum()``."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Attribute(value=inner, attr=first),
                    args=args,
                    keywords=keywords,
                ),
                attr=last,
            ),
            args=[],
            keywords=[],
        ) if (
            _OF_ALL.get(first) == last
            and len(args) + len(keywords) == 1
            and all(k.arg == "dim" for k in keywords)
        ):
            return code.method(inner, last)
        case _:
            return None


def _of_all(node: ast.Call) -> ast.expr | None:
    """``x.flatten(0, 1).max()`` of a matrix as ``x.max()``: all are looked at either way."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(value=inner, attr="flatten")), attr=last
            ),
            args=[],
            keywords=[],
        ) if last in _OF_ALL.values():
            return code.method(inner, last)
        case _:
            return None


def _number_of_items(node: ast.Subscript) -> ast.expr | None:
    """``len(x)`` of ``torch.stack(x).shape[0]``."""
    match node:
        case ast.Subscript(
            value=ast.Attribute(value=ast.Call(func=function, args=[listed]), attr="shape"),
            slice=ast.Constant(value=0),
        ) if code.text(function) in ("torch.stack", "torch.tensor"):
            counted = code.call("len", listed)
            return _counted(counted) or counted
        case _:
            return None


def _counted(node: ast.Call) -> ast.expr | None:
    """``len(x)`` of ``len(torch.stack(x))``, and of ``len([v["key"] for v in x])``."""
    match node:
        case ast.Call(
            func=ast.Name(id="len"),
            args=[ast.Call(func=function, args=[listed], keywords=options)],
        ) if code.text(function) == "torch.tensor" or (
            code.text(function) == "torch.stack" and not options
        ):
            counted = code.call("len", listed)
            return _counted(counted) or counted
        case ast.Call(
            func=ast.Name(id="len"),
            args=[ast.ListComp(generators=[ast.comprehension(iter=walked, ifs=[])])],
        ):
            return code.call("len", walked)
        case _:
            return None


def _kept_dimension(node: ast.Subscript) -> ast.expr | None:
    """``x.mean(dim=1)[:, None]`` as ``x.mean(dim=1, keepdim=True)``."""
    match node.value:
        case ast.Call(func=ast.Attribute(attr=attr), args=args, keywords=keywords) if (
            attr in REDUCTIONS and isinstance(node.ctx, ast.Load)
        ):
            named = {k.arg: k.value for k in keywords}
        case _:
            return None
    dims = named.get("dim", args[0] if len(args) == 1 else None)
    if dims is None or "keepdim" in named or ("dim" not in named and attr in _ORDERS):
        return None
    taken = dims.elts if isinstance(dims, ast.Tuple) else [dims]
    index = _parts(node)
    nones = [k for k, i in enumerate(index) if not code.is_full(i)]
    if not all(_is_plain(i) for i in index) or nones != [code.integer(d) for d in taken]:
        return None
    keywords.append(ast.keyword("keepdim", code.const(True)))
    return node.value


def _joined_subscripts(node: ast.Subscript) -> ast.expr | None:
    """``x[:, 2:][:, None]`` as ``x[:, None, 2:]``."""
    inner = node.value
    if not isinstance(inner, ast.Subscript) or isinstance(node.ctx, ast.Store):
        return None
    first, second = _parts(inner), _parts(node)
    kept = [_keeps(part) for part in first]
    if None in kept or not all(_is_plain(part) for part in second):
        return None
    joined: list[ast.expr] = []
    rest = list(zip(first, kept, strict=True))
    for part in second:
        if not code.is_full(part):
            joined.append(part)
            continue
        while rest and not rest[0][1]:
            joined.append(rest.pop(0)[0])
        joined.append(rest.pop(0)[0] if rest else part)
    if not isinstance(joined[0], ast.Slice):  # ``x[0][None]`` reads well
        return None
    return code.subscript(inner.value, [*joined, *(part for part, _ in rest)])


def _parts(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _is_plain(part: ast.expr) -> bool:
    """``:`` or ``None``."""
    return code.is_full(part) or (isinstance(part, ast.Constant) and part.value is None)


def _keeps(part: ast.expr) -> bool | None:
    """Whether a dimension of the result is left; ``None`` where one cannot tell."""
    if isinstance(part, ast.Slice) or _is_plain(part):
        return True
    return False if code.integer(part) is not None else None


def _unshared(node: Node) -> Node:
    """Return a copy in which no node stands twice: precedence is kept by node."""
    fields: dict[str, object] = {}
    for name, value in ast.iter_fields(node):
        match value:
            case ast.AST():
                fields[name] = _unshared(value)
            case list():
                fields[name] = [_unshared(v) if isinstance(v, ast.AST) else v for v in value]
            case _:
                fields[name] = value
    return ast.copy_location(type(node)(**fields), node)
