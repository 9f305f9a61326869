"""Several stores of one iteration into one tensor, at indices that may coincide."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.picked import picked
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.stores.places_apart import (
    counts_from_the_end,
    from_the_front,
    never_meet,
)
from loopscope.vectorize.value import NotLiftable, Value

_SUMS = {"add", "sub"}


def refuse_interleaved(lifter: Lifter, store: Store) -> None:
    """Written one after the other, stores do what they did in turns only if order is no matter.

    Raises:
        NotLiftable: Which of them comes last makes a difference.
    """
    stores = [s for s in lifter.stores if s.base == store.base]
    if len(stores) < 2 or _in_pairs(stores):
        return
    if _are_apart(lifter, stores) or _are_apart(lifter, _from_the_front(lifter, stores)):
        return
    forms = {store_form(s) for s in stores}
    if forms <= _SUMS or (len(forms) == 1 and forms <= {"max", "min", "or", "and"}):
        return
    values = {code.text(s.value.code) for s in stores}
    if forms != {""} or len(values) > 1 or not stores[0].value.is_fixed:
        raise NotLiftable(f"several stores into {store.base} whose order matters")


def _are_apart(lifter: Lifter, stores: list[Store]) -> bool:
    """Whether no two of them ever store to one place in different iterations."""
    return all(
        _keep_apart([one, other]) or never_meet(lifter, one.places, other.places)
        for one, other in combinations(stores, 2)
    )


def _from_the_front(lifter: Lifter, stores: list[Store]) -> list[Store]:
    """The stores with all fixed subscripts counted from the front, as the sizes were seen."""
    sizes, base = stores[0].seen.shape, stores[0].base
    ends = {p.dim for s in stores for p in s.places if counts_from_the_end(p)}
    ends = {d for d in ends if 0 <= d < len(sizes) and sizes[d] is not None}
    for dim in sorted(ends):
        size = sizes[dim] or 0
        lifter.assume(f"{base}.shape[{dim}] == {size}")
        stores = [
            replace(
                s, places=tuple(from_the_front(p, size) if p.dim == dim else p for p in s.places)
            )
            for s in stores
        ]
    return stores


def _keep_apart(stores: list[Store]) -> bool:
    """Whether each iteration has rows of its own: ``out[i, j] = a``, then ``out[i, k] = b``."""
    rows = [
        {(p.dim, code.text(p.counter.offset.code()), p.counter.axis, p.counter.sign)
         for p in s.places if p.counter is not None and p.counter.also is None}
        for s in stores
    ]  # fmt: skip
    own = {axis for _, _, axis, _ in set.intersection(*rows)}
    return all(set(s.nest) <= own for s in stores)


def _in_pairs(stores: list[Store]) -> bool:
    """Whether all store at both places of a pair, ``out[i, j]`` and ``out[j, i]``.

    A triangle has each pair once: no other iteration stores there.
    """
    found = {
        frozenset((p.dim, names) for p in s.places for names in _sides(p.index)) for s in stores
    }
    dims = {tuple(sorted(dim for dim, _ in places)) for places in found}
    sides = {frozenset(name for _, name in places) for places in found}
    if len(dims) != 1 or len(sides) != 1 or len(next(iter(sides))) != 2:
        return False
    return all(len(s.nest) == 1 and len(places) == 2 for s in stores for places in found)


def _sides(index: Value | None) -> tuple[str, ...]:
    found = picked(index) if index is not None else None
    return found.index if found is not None and found.rows.counter is not None else ()
