"""``x.split(sizes)`` as rows that belong to pieces: a piece is as long as its size says."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.headers.axis import bind_target, new_axis
from loopscope.vectorize.headers.pieces import called_pieces
from loopscope.vectorize.known import Members
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.value import NotLiftable, Value


def bind_uneven_pieces(
    lifter: Lifter, target: ast.expr, iterable: ast.expr, wanted: str
) -> Axis | None:
    """Bind pieces of a list of sizes and return the loop's axis; ``None`` for other iterables.

    Args:
        lifter: Where the pieces are bound.
        target: What the header binds.
        iterable: What it walks.
        wanted: What to call all pieces together, where they have no name.

    Raises:
        NotLiftable: They are cut along another dimension than the first, or the loop around
            changes them.
    """
    pieces = called_pieces(iterable)
    seen = lifter.what(pieces.how) if pieces is not None else None
    if pieces is None or pieces.name != "split" or seen is None or seen.kind != "list":
        return None
    whole, sizes = lifter.lift(pieces.whole), _sizes(lifter, pieces.how)
    if whole.kind != "tensor" or not whole.is_fixed or code.integer(pieces.dim) != 0:
        raise NotLiftable("pieces of different sizes")
    if not isinstance(whole.code, ast.Name | ast.Attribute):
        whole = lifter.bind(wanted, whole)
    size = code.call("len", sizes)
    stop = Linear(((code.text(size), 1),))
    axis = new_axis(lifter, target, Linear(), stop, size, seen.shape[0], over=code.text(sizes))
    members = _members(lifter, axis, sizes)
    bind_target(lifter, target, replace(whole, shape=(None, *whole.shape[1:]), members=members))
    return axis


def _sizes(lifter: Lifter, how: ast.expr | None) -> ast.expr:
    """The sizes as the user has them: ``counts`` of ``counts.tolist()``."""
    if how is None:
        raise NotLiftable("pieces of different sizes")
    match how:
        case ast.Call(func=ast.Attribute(value=counts, attr="tolist"), args=[]):
            seen = lifter.what(counts)
            how = counts if seen is not None and seen.kind == "tensor" else how
        case ast.Call(func=ast.Name(id="list"), args=[counts]):
            how = counts
        case _:
            pass
    sizes = lifter.fixed(how)
    if isinstance(sizes, ast.Name | ast.Attribute):
        return sizes
    return lifter.bind("sizes", Value(sizes, kind="other")).code


def _members(lifter: Lifter, axis: Axis, sizes: ast.expr) -> Members:
    """Whose each row is; what is cut by the same sizes has one answer."""
    key = f"pieces of {code.text(sizes)} by {axis.order}"
    known = lifter.owners.get(key)
    if known is None or known.members is None:
        lifter.used_ops.append("torch.repeat_interleave")
        counts = _as_tensor(lifter, axis, sizes)
        counted = code.call("torch.arange", axis.size)
        made = code.call("torch.repeat_interleave", counted, counts.code)
        owner = lifter.bind("owner", Value(made, rank=1, dtype="int64")).code
        known = lifter.owners[key] = Value(owner, members=Members(axis, owner))
        lifter.owners[f"rows of {code.text(owner)}"] = counts
    if known.members is None:
        raise NotLiftable("pieces of different sizes")
    return known.members


def _as_tensor(lifter: Lifter, axis: Axis, sizes: ast.expr) -> Value:
    seen = lifter.loaded.get(code.text(sizes))
    if seen is not None and seen.kind == "tensor":
        return Value(sizes, (axis,), 0, "tensor", seen.dtype)
    made = code.call("torch.tensor", sizes)
    wanted = "counts" if "counts" not in lifter.taken else "sizes"
    return lifter.bind(wanted, Value(made, (axis,), 0, "tensor", "int64"))
