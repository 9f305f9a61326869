"""Slices of an item along one dimension, each a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from loopscope.source.loop import dotted
from loopscope.vectorize import code
from loopscope.vectorize.lifter import Lifter
from loopscope.vectorize.pending import is_pending
from loopscope.vectorize.value import NotLiftable, Value


def unbound(lifter: Lifter, value: Value, dim: int = 0) -> Value:
    """The slices of an item along one dimension, each a value."""
    size = value.shape[dim] if value.rank > 0 else None
    if size is None:
        raise NotLiftable("items differ in size")
    front = [code.FULL] * (len(value.axes) + (dim if dim >= 0 else value.rank + dim))
    shape = tuple(s for k, s in enumerate(value.shape) if k != dim % value.rank)
    listed = value.kind == "other" and not value.ragged and not value.modules
    numbers = listed and value.rank == 1  # of ``row.tolist()``
    parts = tuple(
        replace(
            value,
            kind="number" if numbers else value.kind,
            python=numbers or value.python,
            code=code.subscript(value.code, [*front, code.const(k)]),
            rank=value.rank - 1,
            shape=shape,
            counter=None,
            fill=None,
        )
        for k in range(size)
    )
    return Value(value.code, value.axes, 0, "other", parts=parts)


def bind_parts(lifter: Lifter, value: Value, names: list[str]) -> dict[str, Value] | None:
    """Write ``best, at = x.max(dim=1)`` or ``u, s, vh = torch.linalg.svd(x)``.

    ``None`` where the parts are not those of one call.
    """
    parts = value.parts or ()
    plain = [code.squeezed(p.code, len(p.axes)) for p in parts]
    whole = code.text(value.code)
    texts = [code.text(p) for p in plain]
    by_name = [f"{whole}.values", f"{whole}.indices"]
    by_place = [f"{whole}[{k}]" for k in range(len(parts))]
    if texts not in (by_name, by_place) or len(names) != len(texts):
        return None
    grouped = all(p.members is not None for p in parts) and texts == by_place
    if not grouped and (not value.axes or any(p.members or p.mask for p in parts)):
        return None
    again = names_to_assign(lifter, names)
    fresh = again or [lifter.fresh(n) if n != "_" else n for n in names]
    lifter.statements.append(code.unpacking(fresh, value.code))
    found = {}
    for name, new, part, inner in zip(names, fresh, parts, plain, strict=True):
        made: ast.expr = code.name(new)
        if code.text(part.code) in lifter.permutations:
            lifter.permutations.add(new)
        if inner is not part.code:
            made = code.method(made, "unsqueeze", code.const(len(part.axes)))
        found[name] = replace(part, code=made)
    return found


def names_to_assign(lifter: Lifter, names: Sequence[str]) -> list[str]:
    """The names that a kept loop has for all of these, where nothing else reads them any more."""
    known = [lifter.env[n].code for n in names if n in lifter.in_turn]
    own = [node.id for node in known if isinstance(node, ast.Name)]
    if len(own) != len(names) or lifter.guard is not None:
        return []
    free = not any(is_pending(lifter, o, n, ()) for o, n in zip(own, names, strict=True))
    return own if free else []


def bind_unbound(lifter: Lifter, value: Value, names: list[str]) -> dict[str, Value]:
    """Write ``x, y = v.unbind(1)`` and return the names' values.

    Raises:
        NotLiftable: The item does not have as many slices.
    """
    parts = unbound(lifter, value).parts or ()
    if len(parts) != len(names):
        raise NotLiftable("an unpacking that is not understood")
    fresh = [lifter.fresh(n) if n != "_" else n for n in names]
    whole = value.code
    copied = value.kind == "other"  # ``row.tolist()``: the loop may store into the row since
    if copied and not lifter.written.isdisjoint(map(dotted, _expressions(whole))):
        whole = code.method(whole, "clone")
    made = code.method(whole, "unbind", code.const(len(value.axes)))
    lifter.statements.append(code.unpacking(fresh, made))
    return {
        name: replace(part, code=code.name(new))
        for name, new, part in zip(names, fresh, parts, strict=True)
    }


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    return (n for n in ast.walk(node) if isinstance(n, ast.expr))
