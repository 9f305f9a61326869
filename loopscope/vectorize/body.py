"""Statements of a loop's body, one after the other."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from loopscope.model.seen import Seen
from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.ops.dims import bind_unbound, unbound
from loopscope.vectorize.subscripts import Place, read_places
from loopscope.vectorize.value import Axis, Carry, Counter, Form, ListValue, NotLiftable, Value

_SHORT = 44
_IN_PLACE = {"add_": ast.Add(), "sub_": ast.Sub(), "mul_": ast.Mult(), "div_": ast.Div()}


@dataclass(frozen=True, slots=True)
class Store:
    """``base[index] = value`` of every iteration in which ``guard`` holds.

    Attributes:
        op: ``None`` for ``=``, else the operator of ``op=``.
        places: What each subscript takes.
        nest: Loops around the store, outermost first.
        seen: What the stored-to tensor was.
        form: Of an update that was written as an assignment: ``add``, ``max``, ….
    """

    target: ast.Subscript
    base: str
    value: Value
    op: ast.operator | None
    guard: Value | None
    places: tuple[Place, ...]
    nest: tuple[Axis, ...]
    seen: Seen
    form: str = ""


def lift_statements(lifter: Lifter, body: list[ast.stmt]) -> Value | None:
    """Lift statements into the lifter's names and stores; return what a ``return`` gives.

    Raises:
        NotLiftable: One of them has no form that we know.
    """
    for k, statement in enumerate(body):
        rest = body[k + 1 :]
        match statement:
            case ast.Return(value=value):
                return lifter.lift(value) if value is not None else None
            case ast.If():
                if _set_at_first(lifter, statement):
                    continue
                if _ends(statement.body, ast.Return) or _ends(statement.orelse, ast.Return):
                    return _returning_branch(lifter, statement, rest)
                if _ends(statement.body, ast.Break) and not rest and not statement.orelse:
                    _first_match(lifter, statement)
                    return None
                if _ends(statement.body, ast.Continue):
                    condition = _named(lifter, lifter.condition(statement.test))
                    lift_branches(
                        lifter, condition, statement.body[:-1], [*statement.orelse, *rest]
                    )
                    return None
                condition = _named(lifter, lifter.condition(statement.test))
                lift_branches(lifter, condition, statement.body, statement.orelse)
            case ast.Continue():
                return None
            case _:
                lift_statement(lifter, statement)
    return None


def lift_statement(lifter: Lifter, statement: ast.stmt) -> None:
    """Lift one statement that is no branch."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            lifted = lifter.lift(value)
            for target in targets:
                _assign(lifter, target, lifted)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _assign(lifter, target, lifter.lift(value))
        case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value):
            _store(lifter, target, lifter.lift(value), op)
        case ast.AugAssign(target=target, op=op, value=value):
            lifted = lifter.lift(value)
            name = dotted(target)
            if name in lifter.aliases:
                _store_item(lifter, name, lifted, op)
                return
            before = lifter.env.get(name)
            if before is None:
                raise NotLiftable(f"{name} is changed in place")
            lifter.env[name] = lifter.combine(before, op, lifted, ast.Constant(value=0))
        case ast.Expr(value=ast.Call() as call):
            _call_statement(lifter, call)
        case ast.For():
            from loopscope.vectorize.nest import lift_for

            lift_for(lifter, statement)
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return
        case ast.With(
            items=[ast.withitem(context_expr=context, optional_vars=None)], body=body
        ) if code.text(context) in ("torch.no_grad()", "torch.inference_mode()"):
            lift_statements(lifter, body)
        case _:
            kind = type(statement).__name__.lower()
            raise NotLiftable(f"a {kind} statement in the body")


def _assign(lifter: Lifter, target: ast.expr, value: Value) -> None:
    match target:
        case ast.Name(id=name):
            lifter.env[name] = _kept(lifter, name, value)
        case ast.Attribute() if dotted(target):
            lifter.env[dotted(target)] = value
        case ast.Subscript():
            _store(lifter, target, value, None)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            names = [e.id for e in elts if isinstance(e, ast.Name)]
            if len(names) == len(elts) and value.parts is None and value.axes:
                lifter.env.update(bind_unbound(lifter, value, names))
                return
            for element, part in zip(elts, unpacked(lifter, value, len(elts)), strict=True):
                _assign(lifter, element, part)
        case _:
            raise NotLiftable(f"an assignment to {code.text(target)}")


def unpacked(lifter: Lifter, value: Value, count: int) -> tuple[Value, ...]:
    """Items of a value that is unpacked into ``count`` names."""
    parts = value.parts
    if parts is None and value.kind != "other" and value.rank > 0:
        parts = unbound(lifter, value).parts
    if parts is None and value.is_fixed:
        parts = tuple(
            replace(value, code=code.subscript(value.code, [code.const(k)])) for k in range(count)
        )
    if parts is None or len(parts) != count:
        raise NotLiftable("an unpacking that is not understood")
    return parts


def _kept(lifter: Lifter, name: str, value: Value) -> Value:
    """Keep a temporary as a statement of its own where it is long and read more than once."""
    if value.carry is not None or value.list_of is not None or value.kind == "other":
        if value.parts is not None and value.list_of is None and lifter.uses.get(name, 0) > 1:
            return value
        return value
    if value.counter is not None or isinstance(value.code, ast.Name | ast.Constant):
        return value
    uses, size = lifter.uses.get(name, 0), len(code.text(value.code))
    simple = isinstance(value.code, ast.Subscript | ast.Attribute) and size <= 20
    if (uses > 1 and not simple) or size > _SHORT:
        return lifter.bind(name, value)
    return value


def _store(lifter: Lifter, target: ast.Subscript, value: Value, op: ast.operator | None) -> None:
    if value.mask is not None:
        raise NotLiftable("a slice of differing length is stored")
    base = dotted(target.value)
    if not base:
        target, base = _flattened(target)
    key = code.text(target)
    seen = lifter.what(target.value)
    if seen is None or seen.kind != "tensor":
        raise NotLiftable(f"{base} is no tensor")
    crops = value.rank > 0 or value.kind == "other"
    places = tuple(read_places(lifter, target.slice, seen.rank, crops=crops))
    if base in lifter.aliases:
        axis = lifter.aliases[base]
        key = base = code.text(lifter.env[base].code)
        places = (
            Place(0, counter=Counter(axis)),
            *(replace(p, dim=p.dim + 1 if p.dim >= 0 else p.dim) for p in places),
        )
        whole = lifter.loaded.get(base)
        if whole is None or whole.kind != "tensor":
            raise NotLiftable(f"{base} is no tensor")
        seen = whole
    if any(p.window is not None for p in places):
        raise NotLiftable("a store into a window")
    known = lifter.contents.get(base, {}).get(key)
    if op is not None and known is not None:
        value, op = lifter.combine(known, op, value, ast.Constant(value=0)), None
        lifter.stores = [s for s in lifter.stores if code.text(s.target) != key]
    if lifter.guard is None and op is None:
        lifter.contents.setdefault(base, {})[key] = value
    lifter.stores.append(
        Store(target, base, value, op, lifter.guard, places, tuple(lifter.axes), seen)
    )


def _store_item(lifter: Lifter, name: str, value: Value, op: ast.operator) -> None:
    """``row -= m`` changes the tensor that ``row`` is an item of."""
    item = lifter.env[name]
    base = code.text(item.code)
    whole = lifter.loaded.get(base)
    if whole is None or whole.kind != "tensor" or lifter.guard is not None or item.rank == 0:
        raise NotLiftable(f"{name} is changed in place")
    changed = lifter.combine(item, op, value, ast.Constant(value=0))
    places = (Place(0, counter=Counter(lifter.aliases[name])),)
    target = ast.Subscript(value=item.code, slice=ast.Constant(value=...), ctx=ast.Store())
    key = code.text(target)
    lifter.stores = [s for s in lifter.stores if code.text(s.target) != key]
    lifter.stores.append(
        Store(target, base, changed, None, None, places, tuple(lifter.axes), whole)
    )
    lifter.env[name] = replace(changed, shape=item.shape)


def _flattened(target: ast.Subscript) -> tuple[ast.Subscript, str]:
    """``out[i][j] = v`` stores as ``out[i, j] = v``."""
    inner = target.value
    if not isinstance(inner, ast.Subscript) or not dotted(inner.value):
        raise NotLiftable(f"an assignment to {code.text(target)}")
    first = list(inner.slice.elts) if isinstance(inner.slice, ast.Tuple) else [inner.slice]
    second = list(target.slice.elts) if isinstance(target.slice, ast.Tuple) else [target.slice]
    if any(isinstance(f, ast.Slice) for f in first):
        raise NotLiftable(f"an assignment to {code.text(target)}")
    whole = ast.Tuple(elts=[*first, *second], ctx=ast.Load())
    return ast.Subscript(value=inner.value, slice=whole, ctx=ast.Store()), dotted(inner.value)


def _call_statement(lifter: Lifter, call: ast.Call) -> None:
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr="append"), args=[item]):
            name = dotted(receiver)
            known = lifter.env.get(name)
            if known is None or known.list_of is None:
                raise NotLiftable(f"{name or code.text(receiver)} is no list that begins empty")
            lifter.env[name] = _appended(lifter, known, lifter.lift(item))
        case ast.Call(
            func=ast.Attribute(value=receiver, attr="insert"), args=[ast.Constant(value=0), item]
        ):
            name = dotted(receiver)
            known = lifter.env.get(name)
            if known is None or known.list_of is None:
                raise NotLiftable(f"{name or code.text(receiver)} is no list that begins empty")
            lifter.env[name] = _appended(lifter, known, lifter.lift(item), front=True)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=[item]) if (
            attr in _IN_PLACE and name in lifter.env and not call.keywords
        ):
            lifter.env[name] = lifter.combine(
                lifter.env[name], _IN_PLACE[attr], lifter.lift(item), ast.Constant(value=0)
            )
        case ast.Call(
            func=ast.Attribute(value=ast.Subscript() as target, attr=attr), args=[item]
        ) if attr in (*_IN_PLACE, "copy_", "fill_") and not call.keywords:
            _store(lifter, target, lifter.lift(item), _IN_PLACE.get(attr))
        case _:
            raise NotLiftable(f"{code.text(call.func)}() is called for its effect")


def _appended(lifter: Lifter, known: Value, item: Value, *, front: bool = False) -> Value:
    filled = known.list_of or ListValue()
    if filled.item is not None:
        if filled.mask is not None or filled.front or front or filled.axes:
            raise NotLiftable("several items are appended in one iteration")
        return replace(known, list_of=replace(filled, more=(*filled.more, item)))
    return replace(known, list_of=ListValue((), item, None, front=front))


def lift_branches(
    lifter: Lifter, condition: Value, body: list[ast.stmt], orelse: list[ast.stmt]
) -> None:
    """Lift both branches and choose between what they leave behind."""
    if (
        condition.is_fixed
        and condition.kind == "number"
        and isinstance(condition.code, ast.Constant)
    ):
        lift_statements(lifter, body if condition.code.value else orelse)
        return
    before, contents, guard = dict(lifter.env), lifter.contents, lifter.guard
    first_store = len(lifter.stores)
    outcomes = []
    for negate, statements in ((False, body), (True, orelse)):
        lifter.env = dict(before)
        lifter.contents = {k: dict(v) for k, v in contents.items()}
        own = _negated(condition) if negate else condition
        if condition.carry is not None and guard is not None:
            raise NotLiftable("a test of a carried variable")
        lifter.guard = own if guard is None else lifter._logic(guard, ast.BitAnd(), own)
        if lift_statements(lifter, statements) is not None:
            raise NotLiftable("a return in a branch of the loop")
        outcomes.append((lifter.env, lifter.stores[first_store:]))
        del lifter.stores[first_store:]
    lifter.guard, lifter.contents, lifter.env = guard, contents, before
    (then_env, then_stores), (else_env, else_stores) = outcomes
    if condition.carry is not None:
        then_stores = [_as_extremum(lifter, condition, s) for s in then_stores]
        if else_stores:
            raise NotLiftable("a test of a carried variable")
    for name in {*then_env, *else_env}:
        lifter.env[name] = _merged(lifter, condition, name, then_env, else_env, before)
    lifter.stores += _merged_stores(lifter, condition, then_stores, else_stores)


def _first_match(lifter: Lifter, statement: ast.If) -> None:
    """``if p(x): found = …; break``: what the first iteration does in which the test holds."""
    condition = lifter.condition(statement.test)
    before = dict(lifter.env)
    if lifter.stores or len(lifter.axes) != 1 or condition.axes != tuple(lifter.axes):
        raise NotLiftable("a break in a loop that does more than search")
    changed = [n for n, v in before.items() if v.carry is not None and v.carry.form != "keep"]
    if changed or lifter.axes[0].reverse:
        raise NotLiftable("a break in a loop that does more than search")
    lift_statements(lifter, statement.body[:-1])
    condition = lifter.bind("found", condition)
    for name, value in lifter.env.items():
        known = before.get(name)
        if known is value or known is None or known.carry is None:
            continue
        lifter.env[name] = replace(known, carry=Carry(name, "first", value, condition))


def _set_at_first(lifter: Lifter, statement: ast.If) -> bool:
    """``if total is None: total = x`` ``else: total = total + x``."""
    match statement.test:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            name = dotted(left)
        case _:
            return False
    known = lifter.env.get(name)
    if known is None or known.carry is None or known.carry.form != "keep":
        return False
    before = dict(lifter.env)
    lift_statements(lifter, statement.body)
    first = lifter.env[name]
    lifter.env = before
    lift_statements(lifter, statement.orelse)
    update = lifter.env[name]
    if first.carry is not None or update.carry is None or update.carry.form == "keep":
        raise NotLiftable(f"{name} is set in the first iteration only")
    lifter.env[name] = replace(update, carry=replace(update.carry, first=first))
    return True


def _named(lifter: Lifter, condition: Value) -> Value:
    """Give a long test a name: it is used more than once."""
    if condition.carry is None and condition.axes and len(code.text(condition.code)) > _SHORT:
        return lifter.bind("mask", condition)
    return condition


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
        return _merged_lists(lifter, condition, then, orelse)
    return lifter.choose(condition, then, orelse)


def _merged_lists(lifter: Lifter, condition: Value, then: Value, orelse: Value) -> Value:
    first, second = then.list_of, orelse.list_of
    if first is None or second is None or first.more or second.more:
        raise NotLiftable("a branch replaces a list")
    if first.item is not None and second.item is not None:
        if first.mask is not None or second.mask is not None:
            raise NotLiftable("items are appended under several tests")
        item = lifter.choose(condition, first.item, second.item)
        return replace(then, list_of=ListValue((), item, front=first.front))
    filled, test = (first, condition) if first.item is not None else (second, _negated(condition))
    mask = test if filled.mask is None else lifter._logic(test, ast.BitAnd(), filled.mask)
    return replace(then, list_of=ListValue((), filled.item, mask, front=filled.front))


def _as_extremum(lifter: Lifter, condition: Value, store: Store) -> Store:
    """``if v > out[k]: out[k] = v`` stores the greater of the two."""
    carry = condition.carry
    before = store.value.carry
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
    if not same or carry is None:
        raise NotLiftable("a test of a carried variable")
    grown: Form = "max" if carry.op.startswith("max") else "min"
    value = replace(store.value, carry=Carry(carry.name, grown, store.value))
    return replace(store, value=value, guard=lifter.guard)


def _merged_stores(
    lifter: Lifter, condition: Value, then: list[Store], orelse: list[Store]
) -> list[Store]:
    """A store of the same place in both branches stores the chosen value."""
    merged, rest = [], list(orelse)
    for store in then:
        twin = next(
            (o for o in rest if code.text(o.target) == code.text(store.target) and o.op is None),
            None,
        )
        if twin is None or store.op is not None:
            merged.append(store)
            continue
        rest.remove(twin)
        value = lifter.choose(condition, store.value, twin.value)
        merged.append(replace(store, value=value, guard=lifter.guard))
        if lifter.guard is None:
            lifter.contents.setdefault(store.base, {})[code.text(store.target)] = value
    return [*merged, *rest]


def _returning_branch(lifter: Lifter, statement: ast.If, rest: list[ast.stmt]) -> Value | None:
    """``if test: return a`` and what follows, as a choice."""
    condition = lifter.condition(statement.test)
    before = dict(lifter.env)
    stores = len(lifter.stores)
    then = lift_statements(lifter, [*statement.body, *rest])
    lifter.env = before
    orelse = lift_statements(lifter, [*statement.orelse, *rest])
    if len(lifter.stores) != stores:
        raise NotLiftable("a helper that stores before it returns")
    if then is None or orelse is None:
        raise NotLiftable("a helper that returns nothing")
    return lifter.choose(condition, then, orelse)


def _negated(value: Value) -> Value:
    if value.is_fixed:
        return replace(value, code=ast.UnaryOp(op=ast.Not(), operand=value.code))
    return replace(value, code=ast.UnaryOp(op=ast.Invert(), operand=value.code))


def _ends(body: list[ast.stmt], kind: type[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], kind)
