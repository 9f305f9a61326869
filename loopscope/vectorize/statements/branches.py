"""Branches: both are lifted, and what they leave behind is chosen from."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TypeAlias

from loopscope.vectorize import code
from loopscope.vectorize.carries.out_of_reach import out_of_reach
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.operators.combine import choose, logic
from loopscope.vectorize.statements.fixed_tests import aside, rebind, stays, write_arms
from loopscope.vectorize.store import Store, moved_axes
from loopscope.vectorize.value import Carry, Form, ListValue, NotLiftable, Value

Contents: TypeAlias = dict[str, dict[str, Value]]


def lift_branches(
    lifter: Lifter, condition: Value, body: list[ast.stmt], orelse: list[ast.stmt]
) -> None:
    """Lift both branches and choose between what they leave behind."""
    if (
        condition.is_fixed
        and condition.kind == "number"
        and isinstance(condition.code, ast.Constant)
    ):
        lifter.lift_statements(body if condition.code.value else orelse)
        return
    before, contents, guard = dict(lifter.env), lifter.contents, lifter.guard
    first_store = len(lifter.stores)
    outcomes, elements, arms, guards = [], [], [], []
    for negate, statements in ((False, body), (True, orelse)):
        lifter.env = dict(before)
        lifter.contents = {k: dict(v) for k, v in contents.items()}
        own = _negated(condition) if negate else condition
        if guard is None:
            lifter.guard = own
        elif condition.carry is None:
            lifter.guard = logic(lifter, guard, ast.BitAnd(), own)
        with aside(lifter, condition) as written:
            if lifter.lift_statements(statements) is not None:
                raise NotLiftable("a return in a branch of the loop")
        arms.append(written)
        guards.append(lifter.guard)
        stored = lifter.stores[first_store:]
        if condition.carry is None:
            stored = [_picked_where(lifter, own, s) for s in stored]
        outcomes.append((lifter.env, stored))
        elements.append(lifter.contents)
        del lifter.stores[first_store:]
    lifter.guard, lifter.contents, lifter.env = guard, contents, before
    (then_env, then_stores), (else_env, else_stores) = outcomes
    if condition.carry is not None:
        then_stores = [_as_extremum(lifter, condition, s) for s in then_stores]
        if else_stores:
            raise NotLiftable("a test of a carried variable")
        for store in then_stores:
            lifter.contents.pop(store.base, None)  # what is read of it from here on is not known
    for name in dict.fromkeys((*then_env, *else_env)):
        both = then_env.get(name), else_env.get(name)
        others = [v for env in (then_env, else_env) for n, v in env.items() if n != name]
        lifter.env[name] = (
            _rebound(lifter, condition, name, both, (arms[0], arms[1]), before.get(name), others)
        ) or _merged(lifter, condition, name, then_env, else_env, before)
    write_arms(lifter, condition, arms[0], arms[1])
    if condition.carry is None:
        then_stores, else_stores = _chosen_elements(
            lifter, condition, (then_stores, else_stores), (elements[0], elements[1])
        )
    lifter.stores += _merged_stores(
        lifter, condition, then_stores, else_stores, (guards[0], guards[1])
    )


def _chosen_elements(
    lifter: Lifter,
    condition: Value,
    stores: tuple[list[Store], list[Store]],
    elements: tuple[Contents, Contents],
) -> tuple[list[Store], list[Store]]:
    """Elements that are known whichever branch runs are stored once, as what is chosen.

    Returns the other stores of both branches.
    """
    rest = stores
    for key, store in {code.text(s.target): s for some in stores for s in some}.items():
        then, orelse = (e.get(store.base, {}).get(key) for e in elements)
        if then is None or orelse is None or then.carry is not None or orelse.carry is not None:
            lifter.contents.get(store.base, {}).pop(key, None)
            continue
        value = choose(lifter, condition, then, orelse)
        lifter.contents.setdefault(store.base, {})[key] = value
        rest = _without(rest[0], key), _without(rest[1], key)
        lifter.stores = [
            s for s in lifter.stores if code.text(s.target) != key or s.guard is not lifter.guard
        ]
        lifter.stores.append(replace(store, value=value, op=None, guard=lifter.guard))
    return rest


def _without(stores: list[Store], key: str) -> list[Store]:
    return [s for s in stores if code.text(s.target) != key]


def _rebound(
    lifter: Lifter,
    condition: Value,
    name: str,
    both: tuple[Value | None, Value | None],
    arms: tuple[list[ast.stmt], list[ast.stmt]],
    before: Value | None,
    others: object,
) -> Value | None:
    then, orelse = both
    if then is None or orelse is None or then == orelse or not stays(condition):
        return None
    if then.list_of is not None or orelse.list_of is not None:
        return None
    return rebind(lifter, name, (then, orelse), arms, before, others)


def _merged(
    lifter: Lifter,
    condition: Value,
    name: str,
    then_env: dict[str, Value],
    else_env: dict[str, Value],
    before: dict[str, Value],
) -> Value:
    then, orelse = then_env.get(name), else_env.get(name)
    if then is None or orelse is None:  # set in one branch only: read in it only
        return then or orelse or before[name]
    if then is orelse or then == orelse:
        return then
    if then.list_of is not None or orelse.list_of is not None:
        return merged_lists(lifter, condition, then, orelse)
    return choose(lifter, condition, then, orelse)


def merged_lists(lifter: Lifter, condition: Value, then: Value, orelse: Value) -> Value:
    """Return a list that one branch appends to, or both."""
    first, second = then.list_of, orelse.list_of
    if first is None or second is None or first.more or second.more:
        raise NotLiftable("a branch replaces a list")
    if first.item is not None and second.item is not None:
        if first.mask is not None or second.mask is not None:
            raise NotLiftable("items are appended under several tests")
        item = choose(lifter, condition, first.item, second.item)
        return replace(then, list_of=ListValue((), item, front=first.front))
    filled, test = (first, condition) if first.item is not None else (second, _negated(condition))
    mask = test if filled.mask is None else logic(lifter, test, ast.BitAnd(), filled.mask)
    return replace(then, list_of=ListValue((), filled.item, mask, front=filled.front))


def _merged_stores(
    lifter: Lifter,
    condition: Value,
    then: list[Store],
    orelse: list[Store],
    guards: tuple[Value | None, Value | None],
) -> list[Store]:
    """A store of the same place in both branches stores the chosen value.

    Where one of them stands under a further test, each is made under its own.
    """
    merged, rest = [], list(orelse)
    for store in then:
        twin = next(
            (o for o in rest if code.text(o.target) == code.text(store.target) and o.op is None),
            None,
        )
        if twin is None or store.op is not None or (store.guard, twin.guard) != guards:
            merged.append(store)
            continue
        rest.remove(twin)
        value = choose(lifter, condition, store.value, twin.value)
        merged.append(replace(store, value=value, guard=lifter.guard))
    return [*merged, *rest]


def _as_extremum(lifter: Lifter, condition: Value, store: Store) -> Store:
    """``if v > out[k]: out[k] = v`` stores the greater of the two."""
    carry = condition.carry
    before = store.value.carry
    if carry is not None and carry.term is not None:
        lifter.assume_finite(carry.term)
    if (
        carry is not None
        and before is not None
        and carry.form == "compared"
        and before.form == "keep"
        and before.name == carry.name == f"{store.base} before"
        and carry.term is not None
        and store.op is None
    ):  # ``if out[i] < out[i - 1]: out[i] = out[i - 1]``
        form: Form = "min" if carry.op.startswith("max") else "max"
        value = replace(store.value, carry=Carry(carry.name, form, carry.term))
        return replace(store, value=value, guard=lifter.guard)
    same = (
        carry is not None
        and carry.form == "compared"
        and carry.term is not None
        and carry.name == code.text(store.target).strip()
        and code.text(carry.term.code) == code.text(store.value.code)
        and store.op is None
    )
    chosen = _goes_with(store.value, carry) if carry is not None and not same else None
    if chosen is not None and carry is not None and _stays_in(store, lifter) and store.op is None:
        name, op = code.text(store.target), f"pick {carry.op}"
        picked = Carry(name, "compared", carry.term, chosen, op, of=carry.name)
        return replace(store, value=replace(chosen, carry=picked), guard=None)
    if not same or carry is None:
        raise NotLiftable("a test of a carried variable")
    grown: Form = "max" if carry.op.startswith("max") else "min"
    value = replace(store.value, carry=Carry(carry.name, grown, store.value))
    return replace(store, value=value, guard=lifter.guard)


def _goes_with(value: Value, carry: Carry) -> Value | None:
    """What is stored where an extremum moves; ``None`` where it is made of what was carried."""
    if carry.form != "compared" or carry.term is None:
        return None
    own = value.carry
    if own is None:
        return value
    return carry.term if own.name == carry.name and own.op == "compared" else None


def _picked_where(lifter: Lifter, test: Value, store: Store) -> Store:
    """A store of what goes with an extremum, whose items count only where the test holds."""
    carry = store.value.carry
    if carry is None or not carry.of:
        return store
    return replace(
        store, value=replace(store.value, carry=out_of_reach(lifter, carry, test)), guard=None
    )


def _stays_in(store: Store, lifter: Lifter) -> bool:
    """Whether the innermost loop stores to the same place in all of its iterations."""
    return lifter.axes[-1] not in moved_axes(store.places)


def _negated(value: Value) -> Value:
    if value.is_fixed:
        return replace(value, code=ast.UnaryOp(op=ast.Not(), operand=value.code))
    return replace(value, code=code.inverted(value.code))
