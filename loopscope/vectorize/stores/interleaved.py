"""Several stores of one iteration into one tensor, at indices that may coincide."""

from __future__ import annotations

from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store, store_form
from loopscope.vectorize.value import NotLiftable

_SUMS = {"add", "sub"}


def refuse_interleaved(lifter: Lifter, store: Store) -> None:
    """Written one after the other, stores do what they did in turns only if order is no matter.

    Raises:
        NotLiftable: Which of them comes last makes a difference.
    """
    stores = [s for s in lifter.stores if s.base == store.base]
    if len(stores) < 2 or _keep_apart(stores):
        return
    forms = {store_form(s) for s in stores}
    if forms <= _SUMS or (len(forms) == 1 and forms <= {"max", "min", "or", "and"}):
        return
    values = {code.text(s.value.code) for s in stores}
    if forms != {""} or len(values) > 1 or not stores[0].value.is_fixed:
        raise NotLiftable(f"several stores into {store.base} whose order matters")


def _keep_apart(stores: list[Store]) -> bool:
    """Whether each iteration has rows of its own: ``out[i, j] = a``, then ``out[i, k] = b``."""
    rows = [
        {(p.dim, code.text(p.counter.offset.code()), p.counter.axis, p.counter.sign)
         for p in s.places if p.counter is not None and p.counter.also is None}
        for s in stores
    ]  # fmt: skip
    own = {axis for _, _, axis, _ in set.intersection(*rows)}
    return all(set(s.nest) <= own for s in stores)
