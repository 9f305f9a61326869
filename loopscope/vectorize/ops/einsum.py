"""Sums of products by an equation: every loop gives it a letter."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis, union
from loopscope.vectorize.calls import Call, batches
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import NotLiftable, Value

_LETTERS = "nbtuvwxyzabcdefghijklmopqrs"


@batches("einsum")
def einsum(lifter: Lifter, call: Call) -> Value:
    """``torch.einsum("nij,nj->ni", a, x)`` for ``torch.einsum("ij,j->i", a[n], x[n])``."""
    operands = call.args[1:]
    terms, result = _equation(call.node, len(operands))
    if any(v.rank != len(t) or v.kind == "other" for v, t in zip(operands, terms, strict=True)):
        raise NotLiftable("an einsum of these operands")
    axes = union([value.axes for value in operands])
    unused = (c for c in _LETTERS if c not in "".join(terms))
    letters = dict(zip(axes, unused, strict=False))
    if len(letters) < len(axes):
        raise NotLiftable("an einsum with no letter left")
    inputs = [
        _as_it_lies(v.code, _walked(v.axes, letters) + t)
        for v, t in zip(operands, terms, strict=True)
    ]
    equation = f"{','.join(term for _, term in inputs)}->{_walked(axes, letters)}{result}"
    lifter.used_ops += ["torch.einsum", "torch.bmm"]
    made = call.rebuild([code.const(equation), *(tensor for tensor, _ in inputs)])
    return lifter.of(call.node, made, axes, len(result))


def _as_it_lies(tensor: ast.expr, term: str) -> tuple[ast.expr, str]:
    """``q`` with ``bnd`` for ``q.transpose(0, 1)`` with ``nbd``."""
    match tensor:
        case ast.Call(
            func=ast.Attribute(value=whole, attr="transpose"),
            args=[ast.Constant(value=int(one)), ast.Constant(value=int(other))],
        ) if term:
            letters = list(term)
            letters[one], letters[other] = letters[other], letters[one]
            return whole, "".join(letters)
        case _:
            return tensor, term


def _walked(axes: tuple[Axis, ...], letters: dict[Axis, str]) -> str:
    return "".join(letters[axis] for axis in axes)


def _equation(node: ast.AST | None, count: int) -> tuple[list[str], str]:
    """Return the letters of each operand and those of the result."""
    match node:
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            pass
        case _:
            raise NotLiftable("an einsum whose equation is not written out")
    inputs, arrow, result = text.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "." in text or len(terms) != count:
        raise NotLiftable("an einsum of these operands")
    if not arrow:  # letters that stand once, in alphabetical order
        once = [c for c in set(inputs) if inputs.count(c) == 1 and c != ","]
        result = "".join(sorted(once))
    return terms, result
