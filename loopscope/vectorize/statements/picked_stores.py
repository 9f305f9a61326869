"""Stores of what goes with an extremum: once the loop has ended, that of the extremum is there."""

from __future__ import annotations

import ast
from dataclasses import replace

from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.carries.extremum_of_each import Pick, pick_of_each
from loopscope.vectorize.carries.out_of_reach import out_of_reach, unmasked
from loopscope.vectorize.carries.start import made_before
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import logic
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import Carry, NotLiftable, Value


def check_extrema(lifter: Lifter) -> None:
    """Check that each extremum moves wherever something goes with it.

    Raises:
        NotLiftable: Something is set under the test of an extremum that stays, or that is moved
            under another test.
    """
    stored = [s.value for s in lifter.stores]
    for value in (*lifter.env.values(), *stored):
        carry = value.carry
        if carry is None or carry.form != "compared" or not carry.of:
            continue
        own = lifter.env.get(carry.of)
        moved = [_where_stored(lifter, s) for s in lifter.stores if s.value.carry is not None]
        moved += [own.carry] if own is not None else []
        if not any(m is not None and _moves_with(m, carry) for m in moved):
            raise NotLiftable(f"{carry.name} is set where {carry.of} does not move")


def finish_picks(lifter: Lifter, axis: Axis, before: dict[str, Value]) -> None:
    """Stores of what goes with an extremum of the loop are made once, after it."""
    for k, store in enumerate(lifter.stores):
        carry = store.value.carry
        if carry is None or carry.form != "compared" or not carry.of:
            continue
        begun = before.get(carry.of) or _begun(lifter, carry)
        pick = pick_of_each(lifter, carry, axis, begun)
        nest = tuple(a for a in store.nest if a != axis)
        guard = None if _holds_it(lifter, pick, store) else pick.found
        if lifter.guard is not None:
            guard = (
                lifter.guard if guard is None else logic(lifter, lifter.guard, ast.BitAnd(), guard)
            )
        lifter.stores[k] = replace(store, value=pick.value, guard=guard, nest=nest)


def _where_stored(lifter: Lifter, store: Store) -> Carry | None:
    """An extremum that is stored, of those items for which the store's test holds."""
    carry, guard = store.value.carry, store.guard
    if carry is None or carry.form not in ("max", "min") or guard is None or guard is lifter.guard:
        return carry
    return out_of_reach(lifter, carry, guard)


def _moves_with(moved: Carry, picked: Carry) -> bool:
    if moved.form not in ("max", "min") or moved.name != picked.of:
        return False
    terms = [t for t in (moved.term, picked.inner or picked.term) if t is not None]
    if len({code.text(t.code) for t in terms}) == 1:
        return True
    tests = [_conjuncts(c.test) for c in (moved, picked)]
    plain = {code.text(unmasked(t).code) for t in terms}
    return tests[0] == tests[1] != set() and len(plain) == 1 and picked.inner is None


def _conjuncts(test: Value | None) -> set[str]:
    """The tests that hold together, in whichever order."""
    waiting, found = [] if test is None else [test.code], set()
    while waiting:
        match waiting.pop():
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                waiting += [left, right]
            case node:
                found.add(code.text(node))
    return found


def _begun(lifter: Lifter, carry: Carry) -> Value | None:
    """What an extremum was before the loop: a variable, or an element that is stored to."""
    if carry.term is None:
        return None
    for store in lifter.stores:
        if code.text(store.target) == carry.of:
            made = lifter.initial.get(store.base)
            return None if made is None else made.value(store.seen.dtype)
    return made_before(lifter, carry.of, carry.term)


def _holds_it(lifter: Lifter, pick: Pick, store: Store) -> bool:
    """Whether the target begins as what is picked where nothing is found: the first place."""
    made = lifter.initial.get(store.base)
    others = [s for s in lifter.stores if s.base == store.base]
    return pick.begins and len(others) == 1 and made is not None and made.is_fill(0)
