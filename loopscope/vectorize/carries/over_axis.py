"""Reductions of a value over one loop."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.bins import as_bins
from loopscope.vectorize.carries.contraction import contraction
from loopscope.vectorize.carries.factored import factored
from loopscope.vectorize.carries.until_found import found_at_all
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import combine
from loopscope.vectorize.value import NotLiftable, Value, whole_number

_REDUCED = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin", "or": "any", "and": "all",
            "logaddexp": "logsumexp"}  # fmt: skip


def over_axis(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value:
    """Reduce the update's term over the loop."""
    if axis not in term.axes:
        match form:
            case "add" if code.integer(term.code) == 1:
                return whole_number(axis.size)
            case "add":
                if term.kind == "tensor":  # none of what is no number is zero in the loop
                    _goes_round(lifter, axis)
                return combine(lifter, term, ast.Mult(), whole_number(axis.size))
            case "max" | "min" | "or" | "and":
                _goes_round(lifter, axis)
                return term
            case "mul":
                return combine(lifter, term, ast.Pow(), whole_number(axis.size))
            case _:
                raise NotLiftable(f"{form} of the same in every iteration")
    found = found_at_all(term.code) if form == "add" else None
    if found is not None and not term.rank:  # it holds for the first time once, or never
        lifter.used_ops.append("torch.any")
        dim, rest = term.axes.index(axis), tuple(a for a in term.axes if a != axis)
        return replace(term, code=code.method(found, "any", dim=code.const(dim)), axes=rest)
    matrix = contraction(lifter, form, term, axis)
    if matrix is not None:
        return matrix
    member = _membership(lifter, form, term, axis)
    if member is not None:
        return member
    bins = as_bins(lifter, form, term, axis)
    if bins is not None:
        return replace(term, code=bins, axes=term.axes[:-1], counter=None, fill=None)
    parts = factored(lifter, term) if form == "add" else None
    if parts is not None:
        total = over_axis(lifter, form, parts[0], axis)
        return replace(total, code=parts[1](total.code))
    if (
        form == "and"
        and isinstance(term.code, ast.UnaryOp)
        and isinstance(term.code.op, ast.Invert)
    ):
        none = over_axis(lifter, "or", replace(term, code=term.code.operand), axis)
        return replace(none, code=code.inverted(none.code))
    dim = term.axes.index(axis)
    rest = tuple(a for a in term.axes if a != axis)
    name = _REDUCED[form]
    lifter.used_ops.append(f"torch.{name}")
    made: ast.expr
    if len(term.axes) == 1 and term.rank == 0 and form in ("max", "min"):
        made = code.method(_unreduced(term.code, name), form)
    elif len(term.axes) == 1 and term.rank == 0 and form != "logaddexp":
        made = code.method(_unreduced(term.code, name), name)
    else:
        made = _merged_sum(term.code, name, dim) or code.method(term.code, name, code.const(dim))
    dtype = "int64" if name in ("sum", "prod") and term.dtype == "bool" else term.dtype
    return replace(term, code=made, axes=rest, dtype=dtype, counter=None, fill=None, factors=None)


def _goes_round(lifter: Lifter, axis: Axis) -> None:
    """Note that the loop goes round at all, where its size is no number."""
    if code.integer(axis.size) is None:
        lifter.assume(code.text(ast.Compare(axis.size, [ast.Gt()], [code.const(0)])))


def _unreduced(operand: ast.expr, name: str) -> ast.expr:
    """``x.sum(1)``, of whose only dimension the same is taken: ``x``; of sums by group, too."""
    match operand:
        case ast.Call(
            func=ast.Attribute(value=inner, attr=attr),
            args=[_],
            keywords=[],
        ) if attr == name != "prod":
            return inner
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Attribute(attr="new_zeros")), attr="index_add_"
            ),
            args=[ast.Constant(value=0), _, summands],
            keywords=[],
        ) if name == "sum":
            return summands
        case _:
            return operand


def _merged_sum(operand: ast.expr, name: str, dim: int) -> ast.expr | None:
    """``x.sum(1).sum(0)`` as ``x.sum((0, 1))``."""
    match operand:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[dims], keywords=[]) if (
            attr == name == "sum"
        ):
            pass
        case ast.Call(
            func=ast.Attribute(value=inner, attr=attr),
            args=[],
            keywords=[ast.keyword(arg="dim", value=dims)],
        ) if attr == name == "sum":
            pass
        case _:
            return None
    taken = (
        [code.integer(d) for d in dims.elts]
        if isinstance(dims, ast.Tuple)
        else [code.integer(dims)]
    )
    if any(t is None or t < 0 for t in taken):
        return None
    numbers = sorted(t for t in taken if t is not None)
    moved = dim
    for t in numbers:
        moved += t <= moved
    whole = sorted([*numbers, moved])
    return code.method(inner, name, dim=code.tuple_of([code.const(n) for n in whole]))


def _membership(lifter: Lifter, form: str, term: Value, axis: Axis) -> Value | None:
    """``x == v`` for any ``v`` of a tensor is ``torch.isin``."""
    match term.code:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if (
            form == "or" and term.axes == (axis,)
        ):
            pass
        case _:
            return None
    for items, elements in ((right, left), (left, right)):
        match items:
            case ast.Subscript(value=tensor, slice=ast.Tuple(elts=[head, *nones])) if (
                code.is_full(head)
                and len(nones) == term.rank
                and all(isinstance(n, ast.Constant) and n.value is None for n in nones)
                and code.text(tensor) == axis.over
            ):
                lifter.used_ops += ["torch.isin", "torch.any"]
                return replace(term, code=code.call("torch.isin", elements, tensor), axes=())
            case _:
                pass
    return None
