"""A result by name, in a dict: ``{name: norm for (name, _), norm in zip(named, norms)}``."""

from __future__ import annotations

import ast

from loopscope.vectorize import code
from loopscope.vectorize.item_lists import plural
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.store import Store
from loopscope.vectorize.value import NotLiftable, Value

NAMED = "named"
_SHORT = 30


def write_named(lifter: Lifter, store: Store) -> ast.stmt:
    """Return ``report = {...}``, or ``report.update({...})`` where it is no new dict.

    Raises:
        NotLiftable: The names, or what is held by them, have no list.
    """
    keys = store.places[0].index
    if keys is None or not isinstance(keys.code, ast.ListComp):
        raise NotLiftable(f"the keys of {store.base} are not understood")
    (walk,) = keys.code.generators
    held, names = _held(lifter, store.value)
    lists = [
        _named(lifter, plural(name), _listed(lifter, part))
        for name, part in zip(names, store.value.parts or (store.value,), strict=True)
    ]
    made = _pairs(keys.code.elt, walk, lists) if store.value.parts is None else None
    if made is None:
        each = ast.comprehension(
            target=code.tuple_of([walk.target, *map(code.name, names)]),
            iter=code.call("zip", walk.iter, *lists),
            ifs=[],
            is_async=0,
        )
        made = ast.DictComp(key=keys.code.elt, value=held, generators=[each])
    lifter.finished.add(store.base)
    if store.base in lifter.initial:
        lifter.dropped.add(store.base)
        return code.assignment(store.base, made)
    return ast.Expr(value=code.method(code.attribute(store.base), "update", made))


def _pairs(key: ast.expr, walk: ast.comprehension, lists: list[ast.expr]) -> ast.expr | None:
    """``dict(zip(state, norms))`` for the keys of a dict as they are."""
    match walk.target, walk.iter:
        case (
            ast.Tuple(elts=[ast.Name(id=first), *_]),
            ast.Call(func=ast.Attribute(value=owner, attr="items")),
        ) if code.text(key) == first:
            return code.call("dict", code.call("zip", owner, *lists))
        case _:
            return None


def _named(lifter: Lifter, wanted: str, items: ast.expr) -> ast.expr:
    """A long list gets a name of its own."""
    if len(code.text(items)) <= _SHORT:
        return items
    return lifter.bind(wanted, Value(items, kind="other")).code


def _listed(lifter: Lifter, value: Value) -> ast.expr:
    if value.python or value.kind == "number":
        lifter.used_ops.append("Tensor.tolist")
        return code.method(value.code, "tolist")
    match lifter.written_out(value.code):
        case ast.Call(func=function, args=[items], keywords=[]) if (
            code.text(function) == "torch.stack"
        ):
            return items
        case _:
            raise NotLiftable("tensors by name that have no memory of their own")


def _held(lifter: Lifter, value: Value) -> tuple[ast.expr, list[str]]:
    """What one entry holds, and names for what is in it: ``{"mean": mean, "std": std}``."""
    match value.code:
        case ast.Dict(keys=keys) if value.parts is not None:
            texts = [str(k.value) for k in keys if isinstance(k, ast.Constant)]
            names = [lifter.fresh(t if t.isidentifier() else "value") for t in texts]
            return ast.Dict(keys, [*map(code.name, names)]), names
        case ast.Tuple(elts=elts) | ast.List(elts=elts) if value.parts is not None:
            names = [lifter.fresh("value") for _ in elts]
            return type(value.code)([*map(code.name, names)], ast.Load()), names
        case _:
            name = lifter.fresh("value")
            return code.name(name), [name]
