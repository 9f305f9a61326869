"""Ways to write a loop, one after the other, until one is verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from loopscope.model.draft import Draft
from loopscope.model.seen import Seen
from loopscope.vectorize.foreach.lift_foreach import foreach_loop
from loopscope.vectorize.lift_loop import lift_loop
from loopscope.vectorize.operators.python_numbers import rounds_numbers
from loopscope.vectorize.prepare import Prepared
from loopscope.vectorize.value import NotLiftable

Make = Callable[..., Draft]


def drafts(prepared: Prepared, seen: dict[int, Seen]) -> Iterator[tuple[Draft, Make]]:
    """Yield ways to write the loop, the fastest first, and what writes them with copies.

    Raises:
        NotLiftable: There is none.
    """
    plain = partial(lift_loop, prepared, seen)
    if rounds_numbers(prepared.statements, seen):
        plain = partial(plain, numbers="double")
    try:
        first = plain()
    except NotLiftable as reason:
        try:
            fused = foreach_loop(prepared, seen)
        except NotLiftable:
            yield _in_turn(plain, reason)
            return
        yield fused, plain
        apart = foreach_loop(prepared, seen, fused=False)
        if apart.rewrite != fused.rewrite:
            yield apart, plain
        return
    yield first, plain
    tried = {(first.rewrite, first.guards)}
    one_by_one: list[tuple[Draft, Make]] = []
    for make in (
        partial(plain, reads="guarded"),
        partial(plain, domains="guarded"),
        partial(plain, fused=False),
        partial(plain, numbers="double"),
        partial(plain, direct=False),
        partial(plain, indices="repeated"),
        partial(plain, items="any"),
        partial(plain, items="guarded"),
    ):
        try:
            other = make()
        except NotLiftable:
            continue
        if (other.rewrite, other.guards) not in tried:
            tried.add((other.rewrite, other.guards))
            if " for " in other.rewrite:
                one_by_one.append((other, make))
                continue
            yield other, make  # the rest are written only if this one does not hold
    # Items one by one, in Python, only where they cannot be stacked.
    yield from one_by_one


def _in_turn(plain: Make, reason: NotLiftable) -> tuple[Draft, Make]:
    """The loop with inner loops that stay loops, each step of them for all its iterations."""
    try:
        kept = partial(plain, steps="in turn")
        return kept(), kept
    except NotLiftable:
        raise reason from None
