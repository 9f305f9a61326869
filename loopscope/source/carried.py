"""Find what one iteration hands on to the next, and in what form."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.access import outermost_subscripts, read_access
from loopscope.source.body import Assignment, Body
from loopscope.source.dependence import reads_earlier
from loopscope.source.facts import Carried, Store
from loopscope.source.fold import folded_term
from loopscope.source.header import Header
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import last_name, names_in
from loopscope.source.update import Update, classify_update

_NO_ITEMS = {"shape", "size", "dtype", "device", "ndim", "dim", "numel", "new_zeros", "get"}


def find_carried(loop: Loop, body: Body, headers: tuple[Header, ...]) -> tuple[Carried, ...]:
    """Return the carried variables, then the arrays read where an iteration before wrote them."""
    scope = body.scope
    names = [
        name
        for name in body.updates
        if name in scope.exposed & scope.written - scope.counters - scope.elements
    ]
    variables = [_variable(name, set(names), body) for name in names]
    return (*variables, *_arrays(loop, body, headers), *_lists(body))


def _variable(name: str, carried: set[str], body: Body) -> Carried:
    updates = body.updates[name]
    forms = {_form(name, update, carried, body) for update in updates} - {Update.KEEP}
    form = forms.pop() if len(forms) == 1 else Update.GENERAL if forms else Update.KEEP
    last = updates[-1]
    if form is Update.NONE:
        # Read before, and overwritten by what does not read it: it lags behind.
        alone = len(updates) == 1 and not _dependencies(last.value, body) & carried
        form = (Update.LATEST if last.guards else Update.LAG) if alone else Update.GENERAL
    moves_along = form in (Update.ADD, Update.KEEP) and _is_only_in_subscripts(name, body)
    return Carried(
        name=name,
        update=form,
        observed=_is_observed(name, body),
        counter=moves_along,
        term=folded_term(name, last.value, form),
        through=_through(last.value, name),
    )


def _form(name: str, update: Assignment, carried: set[str], body: Body) -> Update:
    others = _dependencies(update.value, body) & (carried - {name})
    if update.is_decided_by(name) or any(_reaches(other, name, body) for other in others):
        return Update.GENERAL
    return classify_update(update.value, lambda node: dotted(node) == name)


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
    return names


def _arrays(loop: Loop, body: Body, headers: tuple[Header, ...]) -> Iterator[Carried]:
    for place, store in body.stores:
        texts = {ast.unparse(n) for n in _earlier_reads(place, store, loop, body, headers)}
        if _is_read_whole(store.target, body):
            texts.add(store.target)
        if texts:
            yield _container(store.target, store.value, texts)


def _lists(body: Body) -> Iterator[Carried]:
    """Lists whose last item the next one is made from: ``out.append(out[-1] + x[i])``."""
    for append in body.appends:
        if append.target and append.target not in body.scope.written:
            texts = {
                ast.unparse(node)
                for value in body.expressions()
                for node in ast.walk(value)
                if isinstance(node, ast.Subscript) and dotted(node.value) == append.target
            }
            if texts - {f"{append.target}[-1]"} or _is_read_whole(append.target, body):
                yield _container(append.target, append.value, set())
            elif texts:
                yield _container(append.target, append.value, texts)


def _container(name: str, value: ast.expr, texts: set[str]) -> Carried:
    form = classify_update(value, lambda node: ast.unparse(node) in texts)
    return Carried(
        name=name,
        # Not in the value: read elsewhere in the body, through another variable.
        update=Update.GENERAL if form is Update.NONE else form,
        observed=True,
        counter=False,
        term=value,
        through=_through(value, name),
        via_store=True,
    )


def _is_read_whole(name: str, body: Body) -> bool:
    """Whether a value is computed from all of what the loop stores into."""
    if name in body.scope.written or name in body.scope.elements:
        return False
    return any(_reads_whole(name, value) for value in body.expressions())


def _reads_whole(name: str, node: ast.AST) -> bool:
    match node:
        case ast.Subscript(value=value, slice=index) if dotted(value) == name:
            return _reads_whole(name, index)
        case ast.Call(func=ast.Name(id="len")):
            return False
        case ast.Attribute(value=value, attr=attr) if attr in _NO_ITEMS and dotted(value) == name:
            return False
        case ast.Name() | ast.Attribute() if dotted(node) == name:
            return True
        case _:
            return any(_reads_whole(name, child) for child in ast.iter_child_nodes(node))


def _earlier_reads(
    place: ast.Subscript, store: Store, loop: Loop, body: Body, headers: tuple[Header, ...]
) -> Iterator[ast.expr]:
    """Reads of the stored array at elements that an earlier iteration wrote."""
    written = ast.unparse(place)
    raw = outermost_subscripts(ast.walk(loop.node))
    inlined = [s for e in body.expressions() for s in outermost_subscripts(ast.walk(e))]
    for read in (*map(body.scope.expand, raw), *inlined):
        if not isinstance(read, ast.Subscript) or dotted(read.value) != store.target:
            continue
        moves = body.scope.counts(read.slice) or body.scope.varies(read.slice)
        other = ast.unparse(read) != written and moves
        if other and reads_earlier(read_access(read, body.scope), store.place, headers):
            yield read


def _is_observed(name: str, body: Body) -> bool:
    values = [a.value for a in body.appends] + [s.value for _, s in body.stores]
    return any(name in names_in(value) for value in values)


def _is_only_in_subscripts(name: str, body: Body) -> bool:
    own = [update.value for update in body.updates[name]]
    others = [e for e in body.expressions() if e not in own] + [place for place, _ in body.stores]
    walked = [n for e in others for n in ast.walk(e)]
    uses = {n for n in walked if isinstance(n, ast.Name | ast.Attribute) and dotted(n) == name}
    slices = [n.slice for n in walked if isinstance(n, ast.Subscript)]
    inside = {n for s in slices for n in ast.walk(s)}
    return bool(uses) and uses <= inside


def _through(value: ast.expr, name: str) -> str:
    """How the reading goes, for the reader: the outermost call around ``name``."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and name in names_in(node):
            return dotted(node.func) or last_name(node.func)
    return ""
