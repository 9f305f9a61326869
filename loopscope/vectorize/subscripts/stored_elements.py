"""Elements of a tensor that the loop stores to."""

from __future__ import annotations

import ast

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.subscripts.places import needs_index, read_places
from loopscope.vectorize.subscripts.slices import read_slices
from loopscope.vectorize.value import Carry, NotLiftable, Value


def stored_element(lifter: Lifter, node: ast.Subscript) -> Value | None:
    """An element of a tensor that the loop stores to, where its value is known."""
    base, text = dotted(node.value), code.text(node)
    if base not in lifter.written or base in lifter.env:
        return None
    known = lifter.contents.get(base, {}).get(text)
    if known is not None:
        return known
    seen = lifter.what(node.value)
    if text in lifter.recurrent and seen is not None:
        places = read_places(lifter, node.slice, seen.rank)
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        name = f"{base} before"
        lifter.before_first[name] = node
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(name, "keep")
        )
    if text not in lifter.readable or seen is None:
        raise NotLiftable(f"{base} of one iteration is read by the next")
    whole = Value(node.value, (), seen.rank, "tensor", seen.dtype, seen.shape)
    places = read_places(lifter, node.slice, seen.rank)
    moved = {
        axis
        for p in places
        for axis in ((p.counter.axis,) if p.counter else p.index.axes if p.index else ())
    }
    if needs_index(whole, places) or not set(lifter.axes) <= moved:
        rank = seen.rank - sum(
            p.drops or p.counter is not None or p.index is not None for p in places
        )
        return Value(
            node, (), rank, "tensor", seen.dtype, (None,) * rank, carry=Carry(text, "keep")
        )
    return read_slices(lifter, whole, places, lifter.what(node))
