"""Find what one iteration hands on to the next, and in what form."""

from __future__ import annotations

import ast

from loopscope.source.body import Assignment, Body
from loopscope.source.carried_containers import carried_containers
from loopscope.source.facts import Carried
from loopscope.source.fold import folded_term
from loopscope.source.header import Header
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import names_in
from loopscope.source.through import through
from loopscope.source.update import UPDATED, Update, classify_update


def find_carried(loop: Loop, body: Body, headers: tuple[Header, ...]) -> tuple[Carried, ...]:
    """Return the carried variables, then the arrays read where an iteration before wrote them."""
    scope = body.scope
    names = [
        name
        for name in body.updates
        if name in scope.exposed & scope.written - scope.counters - scope.elements
    ]
    variables = [_variable(name, set(names), body) for name in names]
    return (*variables, *carried_containers(loop, body, headers))


def _variable(name: str, carried: set[str], body: Body) -> Carried:
    updates = body.updates[name]
    forms = {_form(name, update, carried, body) for update in updates} - {Update.KEEP}
    form = _in_turn(forms, updates)
    if _is_restarted(name, updates, carried, body):
        form = Update.RESTARTED
    last = updates[-1]
    if form in (Update.NONE, Update.LATEST):
        # Read before, and overwritten by what does not read it: it lags behind.
        again = _filled_with(name, last.value, body)  # ``x[t] = last`` hands on nothing new
        own = {name} if again or form is Update.LATEST else set()
        reads = _dependencies(last.value, body) - own
        alone = len(updates) == 1 and not reads & carried
        kept = last.guards or form is Update.LATEST
        form = (Update.LATEST if kept else Update.LAG) if alone else Update.GENERAL
    moves_along = form in (Update.ADD, Update.KEEP) and _is_only_in_subscripts(name, body)
    return Carried(
        name=name,
        update=form,
        observed=_is_observed(name, body),
        counter=moves_along,
        term=folded_term(name, last.value, form),
        through=through(last.value, name),
    )


def _in_turn(forms: set[Update], updates: list[Assignment]) -> Update:
    """One update after the other: ``h = a * h`` and ``h = h + x[i]`` are affine."""
    if len(forms) > 1 and forms <= UPDATED and not any(u.guards for u in updates):
        return Update.AFFINE
    return next(iter(forms)) if len(forms) == 1 else Update.GENERAL if forms else Update.KEEP


def _is_restarted(name: str, updates: list[Assignment], carried: set[str], body: Body) -> bool:
    """``if done[t]: total = 0`` and ``total += x[t]``, in any order."""
    forms = [_form(name, update, carried, body) for update in updates]
    anew = [u for u, form in zip(updates, forms, strict=True) if form is Update.NONE]
    return (
        len(anew) == 1
        and bool(anew[0].guards)
        and set(forms) - {Update.NONE} <= UPDATED
        and len(forms) == 2
    )


def _filled_with(name: str, value: ast.expr, body: Body) -> bool:
    """Whether what is read is stored to as the variable alone: ``x[t]`` of ``x[t] = last``."""
    stored = [s.value for place, s in body.stores if ast.unparse(place) == ast.unparse(value)]
    return bool(stored) and all(dotted(v) == name for v in stored)


def _form(name: str, update: Assignment, carried: set[str], body: Body) -> Update:
    local = body.updates.keys() - body.scope.exposed  # each iteration sets it before it reads it
    others = _dependencies(update.value, body) & ((carried | local) - {name})
    if update.is_decided_by(name) or any(_reaches(other, name, body) for other in others):
        return Update.GENERAL
    if _comes_back(name, update.value, body):
        return Update.GENERAL
    return classify_update(update.value, lambda node: dotted(node) == name)


def _comes_back(name: str, value: ast.expr, body: Body) -> bool:
    """Whether a value reads what the iteration stored of the name: ``e = w - q[i]``."""
    read = names_in(value)
    return any(
        store.target in read and name in names_in(store.value) and _is_before(place, value)
        for place, store in body.stores
    )


def _is_before(place: ast.expr, value: ast.expr) -> bool:
    """Whether a store stands above the statement that a value, temporaries in place, is from."""
    lines = [n.lineno for n in ast.walk(value) if isinstance(n, ast.expr) and hasattr(n, "lineno")]
    return place.lineno < max(lines, default=0)


def _reaches(start: str, goal: str, body: Body) -> bool:
    """Whether the value of ``start`` is computed from ``goal``, through any number of names."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        for update in body.updates.get(todo.pop(), ()):
            reads = _dependencies(update.value, body) - seen
            if goal in reads:
                return True
            seen |= reads
            todo.extend(reads)
    return False


def _dependencies(value: ast.expr, body: Body) -> set[str]:
    names = set(names_in(value))
    for _, store in body.stores:
        if store.target in names:
            names |= set(names_in(store.value))
    for append in body.appends:
        if append.target in names:
            names |= set(names_in(append.value))
    return names


def _is_observed(name: str, body: Body) -> bool:
    values = [a.value for a in body.appends] + [s.value for _, s in body.stores]
    return any(name in names_in(value) for value in values)


def _is_only_in_subscripts(name: str, body: Body) -> bool:
    own = [update.value for update in body.updates[name]]
    walked = [n for e in body.expressions() if e not in own for n in ast.walk(e)]
    uses = {n for n in walked if isinstance(n, ast.Name | ast.Attribute) and dotted(n) == name}
    slices = [n.slice for n in walked if isinstance(n, ast.Subscript)]
    bounds = [a for n in walked if isinstance(n, ast.Call) and _is_range(n) for a in n.args]
    inside = {n for s in (*slices, *bounds) for n in ast.walk(s)}
    return bool(uses) and uses <= inside


def _is_range(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "range"
