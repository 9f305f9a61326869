"""``out = out.index_add(0, places, rows)``: a tensor that each iteration adds rows to."""

from __future__ import annotations

from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.update import updated
from loopscope.vectorize.groups.filled_groups import is_filled
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.value import Carry, NotLiftable, Value


def scattered(out: Value, dim: Value, places: Value, rows: Value) -> Value:
    """Return the tensor as an iteration leaves it, which adds rows at these places.

    Raises:
        NotLiftable: The places are not as many as the rows, for all that is known.
    """
    if out.carry is None or out.carry.form != "keep" or code.integer(dim.code) != 0:
        raise NotLiftable("index_add along another dimension than the first")
    if any(v.carry or v.mask or v.ragged or v.kind != "tensor" for v in (places, rows)):
        raise NotLiftable("index_add of what is not understood")
    alike = places.axes == rows.axes and places.members == rows.members
    if (
        not alike
        or places.rank != 1
        or rows.rank < 1
        or len(places.axes) + bool(places.members) != 1
    ):
        raise NotLiftable("index_add of rows that are not as many as their places")
    return updated(out, "scattered", rows, places)


def scattered_where(lifter: Lifter, carry: Carry, test: Value) -> Carry:
    """Return an update that is made where a test holds only."""
    rows, places = carry.term, carry.scale
    if rows is None or places is None or test.rank or test.carry is not None:
        raise NotLiftable(f"{carry.name} is updated in some iterations only")
    members = rows.members
    if members is not None and is_filled(lifter, test, members):
        return carry
    held = test.code
    if members is not None and test.axes == (members.axis,):
        held = code.subscript(held, [members.owner])
    elif test.axes != rows.axes or not test.axes:
        raise NotLiftable(f"{carry.name} is updated in some iterations only")
    kept = lifter.bind("kept", Value(held)).code
    both = (replace(v, code=code.subscript(v.code, [kept])) for v in (rows, places))
    return replace(carry, term=next(both), scale=next(both))


def all_added(lifter: Lifter, carry: Carry, axis: Axis, before: Value | None) -> Value:
    """Return the tensor once all iterations have added their rows."""
    rows, places = carry.term, carry.scale
    if rows is None or places is None or (before is not None and before.axes):
        raise NotLiftable(f"{carry.name} of one iteration is read by the next")
    if before is not None and before.carry is not None:
        raise NotLiftable(f"{carry.name} is carried through several loops")
    made = [places.code, rows.code]
    if rows.members is None:
        if rows.axes != (axis,):
            raise NotLiftable(f"{carry.name} is carried through several loops")
        made = [
            code.method(places.code, "flatten"),
            code.method(rows.code, "flatten", code.const(0), code.const(1)),
        ]
    elif rows.members.axis != axis or rows.members.outer:
        raise NotLiftable(f"{carry.name} is carried through several loops")
    lifter.used_ops += ["Tensor.index_add_", "torch.index_add", "Tensor.scatter_add_"]
    start = code.attribute(carry.name) if before is None else before.code
    total = code.method(start, "index_add", code.const(0), *made)
    return Value(total, (), rows.rank, "tensor", rows.dtype, (None,) * rows.rank)
