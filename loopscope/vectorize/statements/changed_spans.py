"""A number stored into slices of what each iteration makes anew: ``row[:n] = 0``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import union
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.spans import span_mask
from loopscope.vectorize.statements.temporaries import assigned_again
from loopscope.vectorize.value import Value, align

_LONG = 60
_SIZED = ("zeros", "ones", "empty")


def change_span(
    lifter: Lifter, base: str, known: Value, places: Sequence[Place], value: Value
) -> bool:
    """Fill the slices in the rows of all iterations; ``False`` where that is not what is stored.

    Args:
        lifter: What is in the lifter's names is changed.
        base: What the iteration made.
        known: That, for all iterations.
        places: Where it is stored.
        value: What is.

    Raises:
        NotLiftable: The bounds have no form that we know.
    """
    spans = [p for p in places if p.span is not None]
    others = [p for p in places if p.span is None]
    plain = value.is_fixed and value.kind == "number" and not value.rank
    whole = all(p.fixed is not None and code.is_full(p.fixed) for p in others)
    if not spans or not whole or not plain or known.ragged or known.mask is not None:
        return False
    erases = known.dtype == "bool" and code.text(value.code) == "False"
    tests = [_test(lifter, known, place, inverted=erases) for place in spans]
    axes = union([known.axes, *(t.axes for t in tests)])
    where = align(tests[0], axes, known.rank)
    for test in tests[1:]:
        op = ast.BitOr() if erases else ast.BitAnd()
        where = code.binary(where, op, align(test, axes, known.rank))
    lifter.used_ops += ["torch.arange", "broadcasting", "Tensor.masked_fill", "torch.where"]
    before = align(known, axes, known.rank)
    if erases:
        made: ast.expr = code.binary(before, ast.BitAnd(), where)
    elif known.dtype == "bool" and code.text(value.code) == "True":
        made = code.binary(before, ast.BitOr(), where)
    else:
        made = code.method(before, "masked_fill", where, value.code)
    changed = replace(known, code=made, axes=axes, counter=None, fill=None, factors=None)
    if len(code.text(made)) > _LONG:
        changed = assigned_again(lifter, base, changed) or lifter.bind(base, changed)
    lifter.env[base] = changed
    return True


def _test(lifter: Lifter, known: Value, place: Place, *, inverted: bool) -> Value:
    """Where the slice lies, or does not, in as many dimensions as an iteration's tensor has."""
    assert place.span is not None
    mask = span_mask(lifter, place.span, _size(lifter, known, place.dim))
    made = _outside(mask.code) if inverted else mask.code
    behind = known.rank - place.dim - 1
    if behind:
        made = code.subscript(made, [*[code.FULL] * (len(mask.axes) + 1), *[code.NONE] * behind])
    return replace(mask, code=made, rank=1 + behind)


def _outside(node: ast.expr) -> ast.expr:
    """Positions are whole numbers: those that are not below a bound are at it, or above."""
    match node:
        case ast.Compare(left=left, ops=[ast.Lt()], comparators=[right]):
            return ast.Compare(left, [ast.GtE()], [right])
        case ast.Compare(left=left, ops=[ast.GtE()], comparators=[right]):
            return ast.Compare(left, [ast.Lt()], [right])
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return code.binary(_outside(left), ast.BitOr(), _outside(right))
        case _:
            return code.inverted(node)


def _size(lifter: Lifter, known: Value, dim: int) -> ast.expr:
    """A size of what an iteration made, as the call that made it has it."""
    node = lifter.defined(known.code)
    while True:
        match node:
            case ast.Name():
                node, last = lifter.defined(node), node
                if node is last:
                    break
            case ast.BinOp(left=inner) | ast.Call(func=ast.Attribute(value=ast.Call() as inner)):
                node = inner
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr=attr), args=args):
                if attr in _SIZED and len(args) == known.rank:
                    return args[dim]
                if not args:
                    break
                node = args[0]
            case _:
                break
    place = code.const(dim + len(known.axes))
    return code.subscript(code.attribute_of(known.code, "shape"), [place])
