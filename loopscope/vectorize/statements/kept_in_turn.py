"""Inner loops whose iterations need each other, kept as loops over all outer iterations at once.

``for b: h = zeros(8); for t: h = tanh(x[b, t] @ w + h @ u)`` takes its steps one after the other,
but each of them for all ``b``: ``for t: h = tanh(x[:, t] @ w + h @ u)``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.around.liveness import is_read_first
from loopscope.vectorize.axes import Axis
from loopscope.vectorize.finish.aliases import without_aliases
from loopscope.vectorize.finish.repeated import named_repeats
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.linear import Linear
from loopscope.vectorize.names import appended_names, assigned_names, count_uses
from loopscope.vectorize.stores.write_store import write_store
from loopscope.vectorize.value import ListValue, NotLiftable, Value, expand

_MADE_OF_SIZES = {"torch.zeros", "torch.ones"}


def keep_in_turn(lifter: Lifter, node: ast.For, later: set[str]) -> None:
    """Keep the loop, with its body lifted over the loops around it.

    Args:
        lifter: With what is known before the loop.
        node: The loop.
        later: Names that are read outside of it.

    Raises:
        NotLiftable: Its header differs between the iterations around it, or its body is left
            early, or has no form that we know.
    """
    left = any(isinstance(n, ast.Break | ast.Continue | ast.Return) for n in ast.walk(node))
    if node.orelse or lifter.guard is not None or left:
        raise NotLiftable("an inner loop that is left early, or runs for some iterations alone")
    before = dict(lifter.env)
    header = _bind_header(lifter, node)
    targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    filled = {name: lifter.fresh(name) for name in dict.fromkeys(appended_names(node.body))}
    states = {
        name: _begin(lifter, node, name, before.get(name))
        for name in assigned_names(node.body)
        if name not in targets and (is_read_first(name, node.body) or name in later)
    }
    around, lifter.statements = lifter.statements, []
    stores, lifter.stores = lifter.stores, []
    outer, lifter.in_turn = lifter.in_turn, lifter.in_turn | states.keys()
    items = _lift_body(lifter, node.body, filled)
    body = [*lifter.statements, *_written(lifter), *_handed(lifter, states)]
    lifter.in_turn, lifter.stores = outer, stores
    body = named_repeats(without_aliases(body, lifter.made), lifter.fresh, {})
    begun = [code.assignment(own, ast.List([], ast.Load())) for own in filled.values()]
    lifter.statements = [*around, *begun, ast.For(header.target, header.iter, body, [])]
    for name in {*targets, *assigned_names(node.body)} - states.keys():
        lifter.env.pop(name, None)
    lifter.passed |= targets
    lifter.env |= states
    for name, own in filled.items():
        lifter.env[name] = _filled(lifter, own, items[name], before.get(name))


def _bind_header(lifter: Lifter, node: ast.For) -> ast.For:
    """Bind the loop's variables to what one step has for all iterations around it."""
    match node.target, node.iter:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=args):
            bounds = [lifter.fixed(a) for a in args]
            lifter.env[name] = Value(code.name(name), kind="number", dtype="int")
            return ast.For(node.target, code.call("range", *bounds), [], [])
        case (
            ast.Tuple(elts=[ast.Name(id=number), ast.Name(id=name)]),
            ast.Call(func=ast.Name(id="enumerate"), args=[walked]),
        ):
            lifter.env[number] = Value(code.name(number), kind="number", dtype="int")
            made = code.call("enumerate", _bind_items(lifter, name, walked))
            return ast.For(node.target, made, [], [])
        case ast.Name(id=name), walked:
            return ast.For(node.target, _bind_items(lifter, name, walked), [], [])
        case _:
            raise NotLiftable("an inner loop over several things")


def _bind_items(lifter: Lifter, name: str, walked: ast.expr) -> ast.expr:
    """Bind what is walked: rows that differ between the iterations around, or the same for all."""
    value, seen = lifter.lift(walked), lifter.loaded.get(name)
    if seen is None or seen.kind not in ("tensor", "number") or seen.mixed:
        raise NotLiftable(f"an inner loop over {code.text(walked)}")
    own = code.name(name)
    if value.is_fixed and value.list_of is None:
        kind = "tensor" if seen.kind == "tensor" else "number"
        lifter.env[name] = Value(own, (), seen.rank, kind, seen.dtype, seen.shape)  # type: ignore[arg-type]  # one of two
        return value.code
    plain = value.kind == "tensor" and value.mask is None and value.members is None
    if not plain or value.carry is not None or value.python or value.rank != seen.rank + 1:
        raise NotLiftable(f"an inner loop over {code.text(walked)}")
    lifter.env[name] = Value(own, value.axes, seen.rank, "tensor", seen.dtype, seen.shape)
    return code.method(value.code, "unbind", code.const(len(value.axes)))


def _begin(lifter: Lifter, node: ast.For, name: str, known: Value | None) -> Value:
    """Write what a variable is before the first step, and return what it is in each."""
    state = _made(lifter, node, name)
    if known is None and is_read_first(name, node.body):
        raise NotLiftable(f"what {name} is before an inner loop is not known")
    if known is None:
        state = replace(state, code=code.name(lifter.fresh(name)))
    else:
        plain = known.kind != "other" and known.carry is None and known.list_of is None
        if not plain or known.rank != state.rank or known.mask is not None:
            raise NotLiftable(f"what {name} is before an inner loop is not understood")
        begun = _of_all(replace(known, code=lifter.written_out(known.code)), known, state)
        reused = isinstance(begun, ast.Name) and begun.id in lifter.made
        made = begun if reused else lifter.bind(name, Value(begun)).code
        state = replace(state, code=made)
    lifter.env[name] = state
    return state


def _made(lifter: Lifter, node: ast.For, name: str) -> Value:
    """What the loop makes of a variable, for all iterations around.

    Raises:
        NotLiftable: It is not always the same kind of tensor.
    """
    seen = next((found for n in ast.walk(node) if (found := _assigned(lifter, n, name))), None)
    if seen is None or seen.mixed or seen.kind != "tensor" or None in seen.shape:
        raise NotLiftable(f"what an inner loop makes of {name} is not known")
    axes = tuple(lifter.axes)
    return Value(code.name(name), axes, seen.rank, "tensor", seen.dtype, seen.shape)


def _assigned(lifter: Lifter, node: ast.AST, name: str) -> Seen | None:
    """What a statement was seen to assign to a name; ``None`` where it assigns nothing to it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return lifter.what(value)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False)
            return next((lifter.what(v) for t, v in pairs if dotted(t) == name), None)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value) if name in map(
            dotted, targets
        ):
            whole = lifter.what(value)
            return whole.item if whole is not None else None
        case ast.AugAssign(target=ast.Name(id=target)) if target == name:
            return lifter.loaded.get(name)
        case _:
            return None


def _of_all(written: Value, known: Value, state: Value) -> ast.expr:
    """The value for every iteration around: ``torch.zeros(len(x), 8)`` for ``torch.zeros(8)``."""
    sizes = [axis.size for axis in state.axes]
    number = known.code if known.kind == "number" else None
    match written.code:
        case ast.Call(func=function, args=args, keywords=keywords) if (
            not known.axes
            and code.text(function) in _MADE_OF_SIZES
            and not any(isinstance(a, ast.Tuple | ast.List | ast.Starred) for a in args)
        ):
            return ast.Call(function, [*sizes, *args], keywords)
        case ast.Call(func=function, args=[ast.Constant(value=float()) as only], keywords=[]) if (
            code.text(function) == "torch.tensor" and state.dtype == "float32"
        ):
            number = only
        case _:
            pass
    if number is None:
        return expand(known if known.axes else written, state.axes).code
    typed = {"dtype": code.attribute(f"torch.{state.dtype}")} if state.dtype != "float32" else {}
    if code.text(number) in ("0", "0.0"):
        return code.call("torch.zeros", *sizes, **typed)
    return code.call("torch.full", code.tuple_of(sizes), number, **typed)


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


def _handed(lifter: Lifter, states: Mapping[str, Value]) -> list[ast.stmt]:
    """What a step hands to the next where it has another name: at once, if one reads another."""
    names: list[ast.expr] = []
    values: list[ast.expr] = []
    for name, state in states.items():
        value = lifter.env[name]
        if value.kind == "other" or value.carry is not None or value.rank != state.rank:
            raise NotLiftable(f"what an inner loop makes of {name} is not understood")
        made = expand(value, state.axes).code
        if code.text(made) != code.text(state.code):
            names.append(state.code)
            values.append(made)
    apart = all(
        code.text(name) not in count_uses(made)
        for k, name in enumerate(names)
        for made in values[k + 1 :]
    )
    if apart:
        return [code.assignment(code.text(n), v) for n, v in zip(names, values, strict=True)]
    return [code.unpacking([code.text(n) for n in names], code.tuple_of(values))]


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
