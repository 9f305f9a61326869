"""A loop's axis, and the names that its items are bound to."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.unbinding import bind_unbound, unbound
from loopscope.vectorize.value import NotLiftable, Value


def new_axis(
    lifter: Lifter,
    target: ast.expr,
    start: Linear,
    stop: Linear,
    size: ast.expr,
    length: int | None,
    *,
    step: int = 1,
    reverse: bool = False,
    over: str = "",
) -> Axis:
    """Return the loop's axis; a sequence that is zipped with another shares that one's."""
    if lifter.shared_axis is not None:
        shared = lifter.shared_axis
        if over and shared.over and not _same_length(lifter, over, shared.over):
            lifter.assume(f"len({_given(lifter, over)}) == len({_given(lifter, shared.over)})")
        if not over:
            raise NotLiftable("a counter zipped with a sequence")
        return shared
    axis = Axis(
        name=target.id if isinstance(target, ast.Name) else "item",
        order=lifter.order,
        start=start,
        stop=stop,
        size=size,
        length=length,
        step=step,
        reverse=reverse,
        over=over,
    )
    count = stop - start
    if min([count.constant, *(times for _, times in count.terms)]) < 0:
        least = Linear(count.terms)
        lifter.shortest[code.text(size)] = f"{code.text(least.code())} >= {-count.constant}"
    lifter.order += 1
    lifter.axes.append(axis)
    return axis


def _same_length(lifter: Lifter, one: str, other: str) -> bool:
    """Whether both are the same, or ``x[1:]`` and ``x[:-1]``."""
    parts = [_shortened(lifter.defined(code.attribute(over))) for over in (one, other)]
    return one == other or (parts[0] is not None and parts[0] == parts[1])


def _shortened(node: ast.expr) -> tuple[str, int] | None:
    """What a slice is of, and how many items it leaves out at one end."""
    match node:
        case ast.Subscript(
            value=whole, slice=ast.Slice(lower=ast.expr() as cut, upper=None, step=None)
        ):
            pass
        case ast.Subscript(
            value=whole,
            slice=ast.Slice(lower=None, upper=ast.UnaryOp(op=ast.USub(), operand=cut), step=None),
        ):
            pass
        case _:
            return None
    count = code.integer(cut)
    return (code.text(whole), count) if count is not None and count > 0 else None


def _given(lifter: Lifter, over: str) -> str:
    """The list that a tensor was stacked from, or the tensor itself."""
    items = lifter.stacked.get(over)
    given = over if items is None else code.text(items)
    return f"list({given})" if given.endswith(".parameters()") else given


def bind_target(lifter: Lifter, target: ast.expr, value: Value) -> None:
    """Bind names of a header to an item."""
    match target:
        case ast.Name(id=name):
            lifter.env[name] = value
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            names = [e.id for e in elts if isinstance(e, ast.Name)]
            if len(names) == len(elts):
                lifter.env.update(bind_unbound(lifter, value, names))
                return
            parts = unbound(lifter, value).parts or ()
            if len(parts) != len(elts):
                raise NotLiftable("an unpacking that is not understood")
            for element, part in zip(elts, parts, strict=True):
                bind_target(lifter, element, part)
        case _:
            raise NotLiftable(f"a loop over {code.text(target)}")
