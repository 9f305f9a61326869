"""Find arrays and lists through which one iteration hands something on to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from loopscope.source.access import outermost_subscripts, read_access
from loopscope.source.body import Body
from loopscope.source.dependence import reads_earlier
from loopscope.source.facts import Carried, Index, Store
from loopscope.source.header import Header
from loopscope.source.loop import Loop, dotted
from loopscope.source.names import names_in, root_name
from loopscope.source.through import through
from loopscope.source.update import Update, classify_update

_NO_ITEMS = {"shape", "size", "dtype", "device", "ndim", "dim", "numel", "new_zeros", "get"}


def carried_containers(loop: Loop, body: Body, headers: tuple[Header, ...]) -> Iterator[Carried]:
    """Yield arrays, dicts and lists in which an iteration reads what one before it left."""
    for place, store in body.stores:
        if _is_fixed(place, body):
            yield from _element(place, store, body)
            continue
        if len(headers) == 1 and _is_made_anew(root_name(place), body):
            continue
        if _is_own_entry(store.target, loop):
            continue
        if _marks_what_is_done(place, store, body):
            yield _container(store.target, store.value, set())
            continue
        earlier = list(_earlier_reads(place, store, loop, body, headers))
        texts = {ast.unparse(n) for n in earlier}
        if _is_read_whole(store.target, body):
            texts.add(store.target)
        if texts:
            anywhere = any(
                _is_anywhere(n, place, body) for n in earlier if isinstance(n, ast.Subscript)
            )
            found = _container(store.target, store.value, set() if anywhere else texts)
            some = store.guarded or Index.GATHER in store.index
            kept = found.update is Update.KEEP and some
            yield replace(found, update=Update.LATEST) if kept else found
    yield from _lists(body)


def _is_own_entry(name: str, loop: Loop) -> bool:
    """``for k, v in state.items(): state[k] = …``: nothing else of the dict is read."""
    match loop.node:
        case ast.For(target=target, iter=walked, body=body):
            pass
        case _:
            return False
    match walked:
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
            walked = inner
        case _:
            pass
    match target, walked:
        case ast.Tuple(elts=[ast.Name(id=key), _]), ast.Call(
            func=ast.Attribute(value=whole, attr="items")
        ):
            pass
        case ast.Name(id=key), ast.Call(func=ast.Attribute(value=whole, attr="keys")):
            pass
        case ast.Name(id=key), ast.Name() | ast.Attribute():
            whole = walked
        case _:
            return False
    nodes = [n for statement in body for n in ast.walk(statement)]
    entries = [n for n in nodes if isinstance(n, ast.Subscript) and dotted(n.value) == name]
    own = all(isinstance(n.slice, ast.Name) and n.slice.id == key for n in entries)
    reads = [n for n in nodes if isinstance(n, ast.Name | ast.Attribute) and dotted(n) == name]
    return dotted(whole) == name and own and len(reads) == len(entries)


def _marks_what_is_done(place: ast.Subscript, store: Store, body: Body) -> bool:
    """``if not used[j]: used[j] = True`` and more under that test: of equal ``j``, the first."""
    if not store.guarded or not store.constant or Index.GATHER not in store.index:
        return False
    own = {ast.unparse(n) for test in body.tests for n in _subscripts(test)}
    lists = {append.target for append in body.appends if append.guarded}
    others = {other.target for _, other in body.stores if other.guarded} - {store.target}
    return ast.unparse(place) in own and bool(lists | others)


def _is_anywhere(read: ast.Subscript, place: ast.Subscript, body: Body) -> bool:
    """Whether data decide what is read, other than by the mask that is stored by, too."""
    own = {ast.unparse(part) for part in _parts(place.slice)}
    kinds = read_access(read, body.scope).index
    return any(
        kind is Index.GATHER and ast.unparse(part) not in own
        for kind, part in zip(kinds, _parts(read.slice), strict=False)
    )


def _parts(index: ast.expr) -> list[ast.expr]:
    return list(index.elts) if isinstance(index, ast.Tuple) else [index]


def _is_fixed(place: ast.Subscript, body: Body) -> bool:
    """Whether every iteration stores to the same element, of what is not made in it."""
    stored = {store.target for _, store in body.stores}
    moves = body.scope.counts(place.slice) or body.scope.varies(place.slice)
    if moves or stored & set(names_in(place.slice)):
        return False
    return root_name(place) not in body.scope.written | body.scope.elements


def _is_made_anew(name: str, body: Body) -> bool:
    """Whether every iteration makes what it stores into: ``row = x[i].clone()``."""
    values = [update.value for update in body.updates.get(name, ())]
    local = name in body.scope.written - body.scope.exposed
    return (
        local and bool(values) and not any(isinstance(v, ast.Name | ast.Attribute) for v in values)
    )


def _element(place: ast.Subscript, store: Store, body: Body) -> Iterator[Carried]:
    """``state["h"] = f(state["h"], x)`` is a carried variable by another name."""
    text = ast.unparse(place)
    others = [e for e in body.expressions() if e is not store.value and e is not place]
    elsewhere = any(text in map(ast.unparse, _subscripts(e)) for e in others)
    if store.augment is Update.NONE and not elsewhere:
        return
    yield Carried(
        name=text,
        update=Update.GENERAL if store.augment is Update.NONE else store.augment,
        observed=elsewhere,
        counter=False,
        term=store.value,
        through=through(store.value, root_name(place)),
        via_store=True,
    )


def _subscripts(node: ast.expr) -> list[ast.expr]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Subscript)]


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
        through=through(value, name),
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
        case ast.Subscript(value=ast.Call(func=ast.Attribute(attr="tolist" | "clone"))):
            return False  # an item of a header's copy, made before the loop
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
