"""Find what one iteration hands on to the next, and in what form."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from loopscope.source.body import Body
from loopscope.source.facts import Carried, Store
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import last_name, names_in, root_name
from loopscope.source.update import Update, classify_update


def find_carried(loop: Loop, body: Body, *, reverse: bool) -> tuple[Carried, ...]:
    """Return the carried variables, then the arrays read where an iteration before wrote them.

    ``reverse`` says that the outermost counter goes down.
    """
    scope = body.scope
    names = [
        name
        for name in body.updates
        if name in scope.exposed & scope.written - scope.counters - scope.elements
    ]
    variables = [_variable(name, set(names), loop, body) for name in names]
    return (*variables, *_arrays(loop, body, reverse))


def _variable(name: str, carried: set[str], loop: Loop, body: Body) -> Carried:
    forms = {
        _form(name, value, guarded, carried, body) for value, guarded in body.updates[name]
    } - {Update.KEEP}
    form = forms.pop() if len(forms) == 1 else Update.GENERAL if forms else Update.KEEP
    last_value, _ = body.updates[name][-1]
    return Carried(
        name=name,
        # A value that does not read the last one, of a name that is read before: it does so later.
        update=Update.GENERAL if form is Update.NONE else form,
        observed=_is_observed(name, body),
        counter=_is_only_in_subscripts(name, loop.node),
        term=last_value,
        through=_through(last_value, name),
    )


def _form(name: str, value: ast.expr, guarded: bool, carried: set[str], body: Body) -> Update:
    others = _dependencies(value, body) & (carried - {name})
    if any(_reaches(other, name, body) for other in others):
        return Update.GENERAL
    form = classify_update(value, lambda node: dotted(node) == name)
    chosen = form is Update.NONE and guarded and isinstance(value, ast.Call)
    return Update.GENERAL if chosen else form


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
            names |= set(names_in(body.scope.expand(store.value)))
    return names


def _arrays(loop: Loop, body: Body, reverse: bool) -> Iterator[Carried]:
    for target, store in body.stores:
        if root_name(target.value) in body.scope.elements:
            continue
        texts = {ast.unparse(n) for n in _earlier_reads(target, store, loop, body, reverse)}
        if not texts:
            continue
        value = body.scope.expand(store.value)
        form = _form_of_texts(value, texts)
        yield Carried(
            name=store.target,
            # Not in the value: read elsewhere in the body, through another variable.
            update=Update.GENERAL if form is Update.NONE else form,
            observed=True,
            counter=False,
            term=value,
            through=_through(value, store.target),
            via_store=True,
        )


def _earlier_reads(
    target: ast.Subscript, store: Store, loop: Loop, body: Body, reverse: bool
) -> Iterator[ast.Subscript]:
    """Reads of the stored array at elements that an earlier iteration wrote."""
    written = ast.unparse(target)
    for node in ast.walk(loop.node):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and dotted(node.value) == store.target
            and ast.unparse(node) != written
            and (body.scope.counts(node.slice) or body.scope.varies(node.slice))
            and _is_behind(target, node, reverse)
        ):
            yield node


def _is_behind(written: ast.Subscript, read: ast.Subscript, reverse: bool) -> bool:
    to, at = _offset(written.slice), _offset(read.slice)
    if to is None or at is None:  # not known: taken for a dependence
        return True
    return to < at if reverse else to > at


def _offset(node: ast.expr) -> int | None:
    """Constant distance of ``i + c`` from ``i``; ``None`` for other subscripts."""
    match node:
        case ast.Name():
            return 0
        case ast.BinOp(left=ast.Name(), op=ast.Add(), right=ast.Constant(value=int(c))):
            return c
        case ast.BinOp(left=ast.Name(), op=ast.Sub(), right=ast.Constant(value=int(c))):
            return -c
        case _:
            return None


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
