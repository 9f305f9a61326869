"""Find what one iteration hands on to the next, and in what form."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.access import read_access
from loopscope.source.body import Body
from loopscope.source.dependence import reads_earlier
from loopscope.source.facts import Carried, Store
from loopscope.source.fold import folded_term
from loopscope.source.header import Header
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import last_name, names_in
from loopscope.source.update import Update, classify_update


def find_carried(loop: Loop, body: Body, headers: tuple[Header, ...]) -> tuple[Carried, ...]:
    """Return the carried variables, then the arrays read where an iteration before wrote them."""
    scope = body.scope
    names = [
        name
        for name in body.updates
        if name in scope.exposed & scope.written - scope.counters - scope.elements
    ]
    variables = [_variable(name, set(names), loop, body) for name in names]
    return (*variables, *_arrays(loop, body, headers))


def _variable(name: str, carried: set[str], loop: Loop, body: Body) -> Carried:
    updates = body.updates[name]
    in_subscripts = _is_only_in_subscripts(name, loop.node)
    forms = {_form(name, value, carried, body) for value, _ in updates} - {Update.KEEP}
    form = forms.pop() if len(forms) == 1 else Update.GENERAL if forms else Update.KEEP
    last_value, guarded = updates[-1]
    if form is Update.NONE:
        # Read before, and overwritten by what does not read it: it lags behind.
        alone = len(updates) == 1 and not _dependencies(last_value, body) & carried
        form = (Update.LATEST if guarded else Update.LAG) if alone else Update.GENERAL
    return Carried(
        name=name,
        update=form,
        observed=_is_observed(name, body),
        counter=in_subscripts and form in (Update.ADD, Update.KEEP),
        term=folded_term(name, last_value, form),
        through=_through(last_value, name),
    )


def _form(name: str, value: ast.expr, carried: set[str], body: Body) -> Update:
    others = _dependencies(value, body) & (carried - {name})
    if any(_reaches(other, name, body) for other in others):
        return Update.GENERAL
    return classify_update(value, lambda node: dotted(node) == name)


def _reaches(start: str, goal: str, body: Body) -> bool:
    """Whether the value of ``start`` is computed from ``goal``, through any number of names."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        for value, _ in body.updates.get(todo.pop(), ()):
            reads = _dependencies(value, body) - seen
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
        if not texts:
            continue
        form = _form_of_texts(store.value, texts)
        yield Carried(
            name=store.target,
            # Not in the value: read elsewhere in the body, through another variable.
            update=Update.GENERAL if form is Update.NONE else form,
            observed=True,
            counter=False,
            term=store.value,
            through=_through(store.value, store.target),
            via_store=True,
        )


def _earlier_reads(
    place: ast.Subscript, store: Store, loop: Loop, body: Body, headers: tuple[Header, ...]
) -> Iterator[ast.expr]:
    """Reads of the stored array at elements that an earlier iteration wrote."""
    written = ast.unparse(place)
    for node in ast.walk(loop.node):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            read = body.scope.expand(node)
            if not isinstance(read, ast.Subscript) or dotted(read.value) != store.target:
                continue
            moves = body.scope.counts(read.slice) or body.scope.varies(read.slice)
            access = read_access(read, body.scope)
            other = ast.unparse(read) != written and moves
            if other and reads_earlier(access, store.place, headers):
                yield read


def _form_of_texts(value: ast.expr, texts: set[str]) -> Update:
    return classify_update(value, lambda node: ast.unparse(node) in texts)


def _is_observed(name: str, body: Body) -> bool:
    values = [a.value for a in body.appends] + [s.value for _, s in body.stores]
    return any(name in names_in(value) for value in values)


def _is_only_in_subscripts(name: str, node: ast.AST) -> bool:
    inside = {
        n
        for s in ast.walk(node)
        if isinstance(s, ast.Subscript)
        for n in ast.walk(s.slice)
        if isinstance(n, ast.expr) and dotted(n) == name
    }
    uses = {
        n
        for n in ast.walk(node)
        if isinstance(n, ast.Name | ast.Attribute)
        and dotted(n) == name
        and isinstance(n.ctx, ast.Load)
    }
    return bool(inside) and uses <= inside


def _through(value: ast.expr, name: str) -> str:
    """How the reading goes, for the reader: the outermost call around ``name``."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and name in names_in(node):
            return dotted(node.func) or last_name(node.func)
    return ""
