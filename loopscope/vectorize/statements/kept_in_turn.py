"""Inner loops whose iterations need each other, kept as loops over all outer iterations at once.

``for b: h = zeros(8); for t: h = tanh(x[b, t] @ w + h @ u)`` takes its steps one after the other,
but each of them for all ``b``: ``for t: h = tanh(x[:, t] @ w + h @ u)``.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.expressions.conditions import lift_condition
from loopscope.vectorize.finish.aliases import without_aliases
from loopscope.vectorize.finish.repeated import named_repeats
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.names import appended_names, assigned_names
from loopscope.vectorize.statements.branches import lift_branches
from loopscope.vectorize.statements.leaving_in_turn import begin_active, leaving_test, until_none
from loopscope.vectorize.statements.states_in_turn import begin_states, handed_on
from loopscope.vectorize.statements.temporaries import assigned_again
from loopscope.vectorize.stores.write_store import write_store
from loopscope.vectorize.value import ListValue, NotLiftable, Value, ValueKind, expand


def keep_in_turn(lifter: Lifter, node: ast.For, later: set[str]) -> None:
    """Keep the loop, with its body lifted over the loops around it.

    Args:
        lifter: With what is known before the loop.
        node: The loop.
        later: Names that are read outside of it.

    Raises:
        NotLiftable: Its header differs between the iterations around it, or its body has no form
            that we know.
    """
    if node.orelse or lifter.guard is not None:
        raise NotLiftable("an inner loop that runs for some iterations alone")
    before = dict(lifter.env)
    walked = _bind_header(lifter, node.target, node.iter)
    targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    filled = {name: lifter.fresh(name) for name in dict.fromkeys(appended_names(node.body))}
    states = begin_states(lifter, node, later - targets, before)
    body = node.body
    ended: list[ast.stmt] = []
    if (left := leaving_test(node.body)) is not None:
        active = begin_active(lifter)
        states[code.text(active.code)] = active
        body = left.masked(code.text(active.code))
        ended = [until_none(active.code)]
    with _apart(lifter, states):
        items = _lift_body(lifter, body, filled)
        steps = [*lifter.statements, *_written(lifter), *handed_on(lifter, states)]
    begun = [code.assignment(own, ast.List([], ast.Load())) for own in filled.values()]
    whole = ast.For(node.target, walked, [*_tidy(lifter, steps), *ended], [])
    lifter.statements += [*begun, whole]
    _leave(lifter, node, states)
    lifter.passed |= targets
    for name, own in filled.items():
        lifter.env[name] = _filled(lifter, own, items[name], before.get(name))


def keep_while(lifter: Lifter, node: ast.While, later: set[str]) -> None:
    """Keep the loop until no iteration around it goes on; those that have ended stay as they are.

    Raises:
        NotLiftable: Its test or its body has no form that we know.
    """
    if node.orelse or lifter.guard is not None or appended_names(node.body):
        raise NotLiftable("an inner while that runs for some iterations alone, or fills a list")
    if leaving_test(node.body) is not None:
        raise NotLiftable("an inner while that is left early")
    states = begin_states(lifter, node, later, dict(lifter.env))
    test = lift_condition(lifter, node.test)
    if test.carry is not None or test.axes != tuple(lifter.axes) or test.rank:
        raise NotLiftable("the test of an inner while is not understood")
    active = replace(test, code=code.name(lifter.fresh("active")))
    with _apart(lifter, states):
        lift_branches(lifter, active, node.body, [])
        steps = [*lifter.statements, *_written(lifter), *handed_on(lifter, states)]
    named = ast.NamedExpr(ast.Name(code.text(active.code), ast.Store()), test.code)
    goes_on = code.method(named, "any")
    lifter.statements.append(ast.While(goes_on, _tidy(lifter, steps), []))
    _leave(lifter, node, states)


@contextlib.contextmanager
def _apart(lifter: Lifter, states: Mapping[str, Value]) -> Iterator[None]:
    """Write and store apart from what is around, while a step's variables are assigned anew."""
    around, lifter.statements = lifter.statements, []
    stores, lifter.stores = lifter.stores, []
    outer, lifter.in_turn = lifter.in_turn, lifter.in_turn | states.keys()
    yield
    lifter.statements, lifter.stores, lifter.in_turn = around, stores, outer


def _tidy(lifter: Lifter, body: list[ast.stmt]) -> list[ast.stmt]:
    return named_repeats(without_aliases(body, lifter.made), lifter.fresh, {})


def _leave(lifter: Lifter, node: ast.For | ast.While, states: Mapping[str, Value]) -> None:
    """What the loop set is what its last step handed on; anything else is a step's own."""
    for name in {*assigned_names([node])} - states.keys():
        lifter.env.pop(name, None)
    lifter.env |= states


def _bind_header(lifter: Lifter, target: ast.expr, walked: ast.expr) -> ast.expr:
    """Bind the variables to what one step has for all iterations around; return what is walked."""
    match target, walked:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=args):
            lifter.env[name] = Value(code.name(name), kind="number", dtype="int")
            return code.call("range", *(lifter.fixed(a) for a in args))
        case (
            ast.Tuple(elts=[ast.Name(id=number), item]),
            ast.Call(func=ast.Name(id="enumerate"), args=[items]),
        ):
            lifter.env[number] = Value(code.name(number), kind="number", dtype="int")
            return code.call("enumerate", _bind_header(lifter, item, items))
        case ast.Tuple(elts=elts), ast.Call(func=ast.Name(id="zip"), args=lists, keywords=[]):
            each = [_bind_header(lifter, e, a) for e, a in zip(elts, lists, strict=True)]
            return code.call("zip", *each)
        case ast.Name(id=name), _:
            return _bind_items(lifter, name, walked)
        case ast.Tuple(elts=elts), _:
            return _bind_parts(lifter, [dotted(e) for e in elts], walked)
        case _:
            raise NotLiftable("an inner loop over several things")


def _bind_parts(lifter: Lifter, names: list[str], walked: ast.expr) -> ast.expr:
    """Bind the parts of what is walked, where they are the same for all iterations around."""
    value, seen = lifter.lift(walked), {n: lifter.loaded.get(n) for n in names}
    if not value.is_fixed or value.list_of is not None:
        raise NotLiftable(f"an inner loop over {code.text(walked)}")
    for name, part in seen.items():
        if part is None or part.kind not in ("tensor", "number") or part.mixed:
            raise NotLiftable(f"an inner loop over {code.text(walked)}")
        lifter.env[name] = _step_value(name, part)
    return value.code


def _step_value(name: str, seen: Seen) -> Value:
    kind: ValueKind = "tensor" if seen.kind == "tensor" else "number"
    return Value(code.name(name), (), seen.rank, kind, seen.dtype, seen.shape)


def _bind_items(lifter: Lifter, name: str, walked: ast.expr) -> ast.expr:
    """Bind what is walked: rows that differ between the iterations around, or the same for all."""
    value, seen = lifter.lift(walked), lifter.loaded.get(name)
    if seen is None or seen.kind not in ("tensor", "number") or seen.mixed:
        raise NotLiftable(f"an inner loop over {code.text(walked)}")
    if value.is_fixed and value.list_of is None:
        lifter.env[name] = _step_value(name, seen)
        return value.code
    plain = value.kind == "tensor" and value.mask is None and value.members is None
    if not plain or value.carry is not None or value.python or value.rank != seen.rank + 1:
        raise NotLiftable(f"an inner loop over {code.text(walked)}")
    lifter.env[name] = replace(_step_value(name, seen), axes=value.axes, kind="tensor")
    return code.method(value.code, "unbind", code.const(len(value.axes)))


def _lift_body(
    lifter: Lifter, body: Sequence[ast.stmt], filled: Mapping[str, str]
) -> dict[str, Value]:
    """Lift the statements; return what a step appends to each list.

    Raises:
        NotLiftable: One of them has no form that we know.
    """
    items: dict[str, Value] = {}
    for statement in body:
        match statement:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=receiver, attr="append"), args=[item])
            ) if (name := dotted(receiver)) in filled and name not in items:
                value = expand(lifter.lift(item), tuple(lifter.axes))
                if value.kind != "tensor" or value.carry is not None or value.mask is not None:
                    raise NotLiftable(f"what an inner loop appends to {name} is not understood")
                items[name] = lifter.env[f"{name}.append"] = value  # read until it is written
            case _:
                lifter.lift_statements([statement])
                for name in (n for n in assigned_names([statement]) if n in lifter.in_turn):
                    value = expand(lifter.env[name], tuple(lifter.axes))
                    plain = isinstance(value.code, ast.Name)
                    again = None if plain else assigned_again(lifter, name, value)
                    lifter.env[name] = again or lifter.env[name]
    if items.keys() != filled.keys():
        raise NotLiftable("a list that an inner loop fills now and then")
    for name, value in items.items():
        del lifter.env[f"{name}.append"]
        append = code.method(code.name(filled[name]), "append", value.code)
        lifter.statements.append(ast.Expr(append))
    return items


def _written(lifter: Lifter) -> list[ast.stmt]:
    """What a step stores, for all iterations around."""
    bases = [store.base for store in lifter.stores]
    if len(set(bases)) < len(bases):
        raise NotLiftable("an inner loop that stores in several places")
    begun, lifter.initial = lifter.initial, {}  # each step stores into what the last one left
    made = [s for store in lifter.stores for s in write_store(lifter, store)]
    lifter.initial = begun
    return made


def _filled(lifter: Lifter, own: str, item: Value, known: Value | None) -> Value:
    """The list as a tensor, with the steps behind the iterations around."""
    if known is None or known.list_of is None or known.list_of.item is not None:
        raise NotLiftable(f"{own} is no list that an inner loop alone fills")
    count = code.call("len", code.name(own))
    axis = Axis("step", lifter.order, Linear(), Linear(((code.text(count), 1),)), count)
    lifter.order += 1
    place = code.const(len(item.axes))
    stacked = code.call("torch.stack", code.name(own), dim=place)
    lifter.statements.append(code.assignment(own, stacked))
    rows = replace(item, code=code.name(own), axes=(*item.axes, axis))
    return replace(known, list_of=ListValue(axes=(axis,), item=rows))
