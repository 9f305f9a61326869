"""Stores into blocks side by side: their dimension is split into blocks and what is in one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Counter
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.place import Place
from loopscope.vectorize.store import Store
from loopscope.vectorize.subscripts.digits import assume_digits, is_whole
from loopscope.vectorize.subscripts.whole_blocks import are_blocks
from loopscope.vectorize.value import NotLiftable


def is_block(place: Place) -> bool:
    """Whether ``h * d:(h + 1) * d`` is stored to, one block right behind the other."""
    counter = place.counter
    if counter is None or place.window is None or counter.sign != 1:
        return False
    if not counter.offset.is_zero or not counter.axis.start.is_zero:
        return False
    if place.stride is None:  # ``for h in range(0, n, d)``: ``h:h + d``
        return code.text(place.window) == code.text(counter.axis.step_code)
    return code.text(place.window) == code.text(place.stride) and counter.axis.step == 1


def has_digits(place: Place, shape: Sequence[int | None]) -> bool:
    """Whether ``i * n + j`` is stored to, all of a dimension."""
    digits = place.index.digits if place.index is not None else None
    return digits is not None and is_whole(digits, shape[place.dim])


def split_blocks(lifter: Lifter, store: Store) -> Store:
    """Return the store into the target whose dimensions of blocks are split in two.

    Raises:
        NotLiftable: The blocks are not all there is of a dimension.
    """
    places: list[Place] = []
    shape: list[int | None] = []
    blocks = []
    dim = 0
    for place in (*store.places, *_rest(store)):
        if place.dim < 0:
            places.append(place)
            continue
        size = store.seen.shape[place.dim]
        digits = place.index.digits if place.index is not None else None
        if digits is not None and is_whole(digits, size):
            first, second = digits
            blocks.append((dim, first.size, second.size))
            assume_digits(lifter, digits, store.base, place.dim)
            places += [Place(dim + k, counter=Counter(a)) for k, a in enumerate(digits)]
            shape += [first.length, second.length]
            dim += 2
            continue
        if not is_block(place) or place.counter is None or place.window is None:
            places.append(replace(place, dim=dim))
            shape.append(size)
            dim += 1
            continue
        axis = place.counter.axis
        if size is None or axis.length is None or size % max(axis.length, 1):
            raise NotLiftable("blocks that are not all of a dimension")
        blocks.append((dim, axis.size, place.window))
        if place.stride is not None or not are_blocks(
            lifter, axis, store.base, place.dim, store.seen.rank
        ):
            whole = code.text(code.binary(axis.size, ast.Mult(), place.window))
            lifter.assume(f"{store.base}.shape[{place.dim}] == {whole}")
        places += [Place(dim, counter=place.counter), Place(dim + 1, code.FULL)]
        shape += [axis.length, size // axis.length]
        dim += 2
    seen = replace(store.seen, shape=tuple(shape))
    return replace(store, places=tuple(places), seen=seen, blocks=tuple(blocks))


def split_target(store: Store) -> ast.expr:
    """``out.unflatten(2, (heads, d))``: a view, so that a store into it is one into ``out``."""
    made = code.attribute(store.base)
    for dim, count, width in store.blocks:
        made = code.method(made, "unflatten", code.const(dim), code.tuple_of([count, width]))
    return made


def joined_blocks(store: Store, value: ast.expr) -> ast.expr:
    """``value.flatten(2, 3)``: what the target is as a whole."""
    last = store.seen.rank - 1
    for dim, _, _ in reversed(store.blocks):
        dims = [dim, dim + 1] if dim + 1 < last else [dim] if dim else []
        value, last = code.method(value, "flatten", *map(code.const, dims)), last - 1
    return value


def _rest(store: Store) -> list[Place]:
    taken = sum(p.dim >= 0 for p in store.places)
    return [Place(dim, code.FULL) for dim in range(taken, store.seen.rank)]
